"""Replies as texts for WeChat: what was decided word for word, what can be tapped or typed, last what it rests on.

Nothing is worded here: words come from the replies, from `koujing.labels` and from the account's own phrases (wechat.yml).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from koujing.desk.web.choices import Choice, choices
from koujing.desk.web.view import view
from koujing.desk.wechat.blocks import BULLET, Blocks, Menu, headed, lined
from koujing.desk.wechat.links import harmless, page_link, receipt_url
from koujing.desk.wechat.offers import Screen
from koujing.desk.wechat.split import LIMIT, size
from koujing.knowledge.base import Knowledge

__all__ = ["Screens"]

Reply = dict[str, Any]
View = dict[str, Any]

_MOST_PARTS = 3
# What can be tapped, richest first: the first that fits one text is taken. What has no link is typed, by number or name.
_TAPPED = (("option", "item", "suggestion"), ("option", "suggestion"), ("option",), ())
_TAPPED_OF_SEVERAL = ("option",)
# Where a figure is asked for, a number typed is the figure.
_FIGURES = frozenset({"number", "percent", "money", "date", "duration"})
_DECIDED = frozenset({"eligible", "ineligible"})
_LONGEST_ABOUT, _STOPS = 24, "。！？!?，, "


class Screens:
    """Makes the screen of the replies to one message.

    Args:
        public_url: where followers reach the desk's pages; without it there are no links to them.
        phrases: about, contacts, digits, dont_know, full, items, receipt, rest and suggestions are used.
    """

    def __init__(self, knowledge: Knowledge, public_url: str | None, phrases: Mapping[str, str]) -> None:
        self._knowledge, self._public_url, self._phrases = knowledge, public_url, phrases

    def __call__(self, replies: Sequence[Reply]) -> Screen:
        """At most three texts within the platform's limit, and what they offer."""
        for tapped in _TAPPED:
            blocks = self._blocks(replies, tapped)
            if size(blocks.text) <= LIMIT:
                return Screen((blocks.text,), tuple(blocks.menu.offers))
        blocks = self._blocks(replies, _TAPPED_OF_SEVERAL)
        parts = blocks.parts()
        if len(parts) > _MOST_PARTS:
            blocks = self._blocks(replies, _TAPPED_OF_SEVERAL, cut=True)
            parts = blocks.cut_to(_MOST_PARTS)
        return Screen(tuple(parts), tuple(blocks.menu.offers))

    def _blocks(self, replies: Sequence[Reply], tapped: Collection[str], *, cut: bool = False) -> Blocks:
        """The replies one under another. With `cut` not all is shown, and the last line leads to the rest."""
        blocks, chosen_from = Blocks(), _chosen_from(replies)
        headed = len({reply["question"] for reply in replies} - {None}) > 1
        before = None
        for n, reply in enumerate(replies):
            shown = _harmless(view(reply, self._knowledge))
            head = self._about(reply["question"]) if headed and reply["question"] not in (None, before) else ""
            head, before = head + _badge(shown), reply["question"]
            for paragraph in shown["text"]:
                blocks.add(head + (paragraph if reply["status"] == "quoted" else lined(paragraph)), n, said=True)
                head = ""
            offered = self._offered(reply, shown, tapped, choices(reply) if reply is chosen_from else [], blocks.menu)
            last = cut and n == len(replies) - 1
            rest = self._phrases["rest"] if last and self._public_url else ""
            for block in (*offered, rest, self._foot(reply, shown, full=last)):
                blocks.add(head + block, n)
                head = ""
        return blocks

    def _offered(
        self, reply: Reply, shown: View, tapped: Collection[str], buttons: Sequence[Choice], menu: Menu
    ) -> Iterator[str]:
        """Listed matters, the question asked back, contacts and what else could be asked."""
        ask, phrases = reply["ask"], self._phrases
        options, items, others = ([c for c in buttons if c.kind == kind] for kind in ("option", "item", "suggestion"))
        numbered = ask is None or ask["type"] not in _FIGURES
        # The options are what is waited for, so theirs are the first numbers, or the only ones.
        choosing = menu.lines(options, linked="option" in tapped, numbered=numbered)
        if shown["items"]:
            yield self._items(shown, menu, items, linked="item" in tapped, numbered=not options)
        if ask:
            digits = phrases["digits"] if options and numbered else ""
            how = digits + (phrases["dont_know"] if ask["fact"] in self._knowledge.facts else "")
            yield "\n\n".join(filter(None, (shown["ask"]["question"], choosing, how)))
        yield _contacts(shown["contacts"], reply["text"], phrases["contacts"])
        yield str((shown["handoff"] or {}).get("hours") or "")
        if others:
            lines = menu.lines(others, linked="suggestion" in tapped, numbered=True)
            yield phrases["suggestions"] + ("\n\n" if "suggestion" in tapped else "\n") + lines

    def _items(self, shown: View, menu: Menu, items: Sequence[Choice], *, linked: bool, numbered: bool) -> str:
        verdicts = [item["verdict_text"] for item in shown["items"]]
        if not items:
            return "\n".join(headed([BULLET + item["name"] for item in shown["items"]], verdicts))
        lines = menu.lines(items, verdicts, linked=linked, numbered=numbered)
        return self._phrases["items"] + ("\n\n" if linked else "\n") + lines

    def _foot(self, reply: Reply, shown: View, *, full: bool) -> str:
        """What it rests on, the receipt, and the way to the whole reply with its reasons and sources, on one line.

        Where nothing is said of a policy (a greeting, whom to call in distress) there is none.
        """
        code = reply["receipt"]
        if not (reply["citations"] or full) or code is None:
            return str(shown["basis"] or "")
        url = self._public_url and receipt_url(self._public_url, code)
        way = page_link(url, self._phrases["full"]) if url else ""
        return "　".join(filter(None, (shown["basis"], self._phrases["receipt"].format(code=code), way)))

    def _about(self, question: str) -> str:
        words = " ".join(question.split()).rstrip(_STOPS)
        short = words if len(words) <= _LONGEST_ABOUT else words[: _LONGEST_ABOUT - 1] + "…"
        return self._phrases["about"].format(question=harmless(short)) + "\n"


def _chosen_from(replies: Sequence[Reply]) -> Reply | None:
    """The reply that the next message would answer: the last that asks, else the last that offers anything."""
    asking = [reply for reply in replies if reply["ask"]] or [reply for reply in replies if choices(reply)]
    return asking[-1] if asking else None


def _badge(shown: View) -> str:
    """The verdict above a text that begins with something else (a window that has closed, one condition)."""
    badge = shown["badge"]
    told = badge is None or badge["verdict"] not in _DECIDED or "".join(shown["text"]).startswith(badge["text"])
    return "" if told else f"【{badge['text']}】\n"


def _contacts(contacts: Sequence[dict[str, Any]], said: str, lead: str) -> str:
    """Whom to call, but for those that the text names together with their number."""
    named = [
        contact for contact in contacts if contact["phone"] and contact["phone"] in said and contact["name"] in said
    ]
    lines = [
        " ".join(filter(None, (contact["name"], contact["phone"], contact["hours"])))
        for contact in contacts
        if contact not in named
    ]
    return lead + ("\n" if len(lines) > 1 else "") + "\n".join(lines) if lines else ""


def _harmless(shown: Any) -> Any:
    """A view in whose words nothing can begin a link."""
    if isinstance(shown, dict):
        return {key: _harmless(part) for key, part in shown.items()}
    if isinstance(shown, list):
        return [_harmless(part) for part in shown]
    return harmless(shown) if isinstance(shown, str) else shown
