"""Acts that steer the conversation: 为什么问这个, 不知道, 跳过, 上一步, 换个问题, 取消, 说简单点, 还缺什么, 为什么不符合, 第二个."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from koujing.answering.asked import ALL_MATTERS
from koujing.answering.reply import Reply
from koujing.answering.surely import asks_surely, says_more
from koujing.answering.turn import Turn

__all__ = ["ACTS", "possibly_steered", "steered"]

_WHY = re.compile("为|咋|怎|凭|因|点解|原因|理由")
_NUMERIC = frozenset({"number", "percent", "money", "date", "month", "duration"})
_HOLDS = {True: "met", False: "failed", None: "unknown"}
_MOST_REASONS = 8
# So likely must an act be that is learnt; the answer to what is open must be told less surely.
_LIKELY = 0.5
_RATHER = 0.75
# What is neither an answer nor a question of its own, while one is open, need not be so sure.
_POSSIBLE = 0.35
# These are done to the open question, those to the verdict given last.
_TO_THE_OPEN = frozenset({"why", "unknown", "skip", "back", "change", "cancel", "resume", "lacking"})
_TO_THE_VERDICT = frozenset({"remedy", "because"})


def steered(turn: Turn) -> list[Reply] | None:
    """The replies to a message that steers, or None where it says something of its own."""
    if turn.knowledge.dialogue.next_case(turn.heard.text):
        return None
    acts = turn.knowledge.dialogue.acts(turn.heard.text, wholly=asks_surely(turn) or says_more(turn))
    return _done(turn, acts) or _picked(turn) or _done(turn, _learnt(turn, _LIKELY))


def possibly_steered(turn: Turn) -> list[Reply] | None:
    """The same of a message that is neither the answer to the open question nor a question of its own."""
    return _done(turn, _learnt(turn, _POSSIBLE))


def _done(turn: Turn, acts: frozenset[str]) -> list[Reply] | None:
    for act, way in _WAYS.items():
        if act in acts and (replies := way(turn)) is not None:
            return replies
    return None


def _learnt(turn: Turn, least: float) -> frozenset[str]:
    """The act that a message surely is by how such acts are worded, where there is something for it to be done to."""
    act, share = max(turn.heard.acts.items(), key=lambda each: each[1], default=("", 0.0))
    entry, session = turn.session.asking, turn.session
    if share < least or asks_surely(turn) or says_more(turn) or turn.knowledge.dialogue.supposes(turn.heard.text):
        return frozenset()
    if entry is None:
        there = (act in _TO_THE_VERDICT and session.decided is not None) or (
            act == "plain" and session.last is not None
        )
    else:
        there = act in _TO_THE_OPEN or act == "plain"
        kind = turn.knowledge.facts.get(entry.fact)
        answers = entry.fact in turn.heard.facts or (kind is not None and turn.heard.answer_to(kind) is not None)
        there = there and (share >= _RATHER or not answers)
    return frozenset({act} if there else ())


def _why(turn: Turn) -> list[Reply] | None:
    entry = turn.session.asking
    if entry is None:
        return None
    reason = turn.knowledge.wordings["why_default"]
    kind = turn.knowledge.facts.get(entry.fact)
    if kind is not None and kind.why:
        reason = kind.why
    elif entry.fact == "region":
        reason = turn.knowledge.wordings["ask_region_why"]
    return [turn.put_again("why", why=reason)]


def _unknown(turn: Turn) -> list[Reply] | None:
    entry = turn.session.asking
    if entry is None:
        return [turn.small("nothing_open")]
    if entry.fact not in turn.knowledge.facts:
        return None
    turn.learn({id: fact for id, fact in turn.heard.facts.items() if id != entry.fact})
    turn.session.give_up(entry.question, entry.fact)
    return [turn.say(entry.question, own=True)]


def _back(turn: Turn) -> list[Reply] | None:
    step = turn.session.take_back(turn.knowledge.facts)
    if step is None:
        return [turn.put_again("no_step") if turn.session.asking else turn.small("nothing_open")]
    return [turn.say(step.question, own=True, first=step.fact)]


def _resumed(turn: Turn) -> list[Reply] | None:
    """接着问吧: the open question again."""
    return [turn.put_again("returned")] if turn.session.asking is not None else None


def _dropped(turn: Turn) -> list[Reply] | None:
    if turn.session.asking is None and turn.session.last is None:
        return None
    turn.session.open.clear()
    return [turn.small("dropped")]


def _plain(turn: Turn) -> list[Reply] | None:
    last = turn.session.last
    if last is None:
        return None
    if last["intent"] == "quote_original" and last["topic"] in turn.knowledge.matters:
        last = {**last, "intent": "ask_overview"}  # the words of a notice have no plainer ones, what it provides has
    reply = turn.say(last, own=True)
    return [{**reply, "text": reply["plain"] or reply["text"]}]


def _remedy(turn: Turn) -> list[Reply] | None:
    """What would help, said with the refusal given last."""
    decided = turn.session.decided
    if decided is None or turn.session.asking is not None or decided.get("verdict") != "ineligible":
        return None
    return [turn.say(decided, own=True)]


def _lacking(turn: Turn) -> list[Reply] | None:
    """What is not known yet of the open verdict, and the open question again."""
    if turn.session.asking is None:
        return None
    reply = turn.put_again("returned")
    open_conditions = [
        each["condition"] for each in reply["reasons"] if each["holds"] is None and not each["referred_to"]
    ]
    if reply["ask"] is None or not open_conditions:
        return None
    conditions = "；".join(dict.fromkeys(open_conditions[:_MOST_REASONS]))
    text = str(turn.knowledge.wordings["lacking"]).format(conditions=conditions, question=reply["ask"]["question"])
    return [{**reply, "text": text, "plain": text}]


def _because(turn: Turn) -> list[Reply] | None:
    """The verdict given last once more, condition by condition."""
    decided = turn.session.decided
    if decided is None or turn.session.asking is not None or _wants_the_text(turn):
        return None
    if decided.get("verdict") == "eligible" and not _WHY.search(turn.heard.text):
        return None  # of a yes, 哪一条 asks for the clause
    reply = turn.say(decided, own=True)
    if reply["verdict"] not in ("eligible", "ineligible"):
        return [reply]
    return [{**reply, "text": _reasoned(turn, reply)}]


def _wants_the_text(turn: Turn) -> bool:
    """Whether the clause itself is asked for (把那一条发我瞅瞅)."""
    intents = [dict(question.get("intents", ())) for question in turn.heard.questions]
    return any(shares.get("quote_original", 0) >= _POSSIBLE for shares in intents)


def _reasoned(turn: Turn, reply: Reply) -> str:
    frames = turn.knowledge.wordings
    order = (False, None, True)
    reasons = sorted(reply["reasons"], key=lambda reason: order.index(reason["holds"]))[:_MOST_REASONS]
    lines = [_reason(turn, frames, reason) for reason in reasons]
    label = frames["labels"][reply["verdict"]]
    return str(frames["because"]).format(label=label, reasons="；".join(lines))


def _reason(turn: Turn, frames: Mapping[str, Any], reason: Mapping[str, Any]) -> str:
    if reason["referred_to"]:
        return str(frames["reason"]["referred"]).format(condition=reason["condition"], to=reason["referred_to"])
    label = turn.knowledge.clauses[reason["clause"]].label
    return str(frames["reason"][_HOLDS[reason["holds"]]]).format(condition=reason["condition"], clause=label)


def _picked(turn: Turn) -> list[Reply] | None:
    """第二个: the option of the open question, or of the list shown last."""
    session, entry = turn.session, turn.session.asking
    if entry is not None and entry.question["topic"] == ALL_MATTERS and entry.fact in turn.knowledge.facts:
        listed = turn.knowledge.dialogue.ordinal(turn.heard.text, bare=False)
        if listed is not None and listed <= len(session.shown):
            return [turn.say(dict(session.shown[listed - 1]), own=True)]
    kind = turn.knowledge.facts.get(entry.fact) if entry else None
    figures = kind is not None and kind.type in _NUMERIC
    listed = kind is not None and kind.type == "yes_no"
    number = turn.knowledge.dialogue.ordinal(turn.heard.text, bare=not figures)
    if number is None:
        return None
    if entry is not None and not figures and not listed and number <= len(entry.options):
        return turn.chosen(entry.options[number - 1])
    if not 1 <= number <= len(session.shown):
        return None
    return [turn.say(dict(session.shown[number - 1]), own=True)]


_WAYS: Mapping[str, Callable[[Turn], list[Reply] | None]] = {
    "back": _back,
    "resume": _resumed,
    "why": _why,
    "unknown": _unknown,
    "skip": _unknown,
    "cancel": _dropped,
    "change": _dropped,
    "plain": _plain,
    "lacking": _lacking,
    "remedy": _remedy,
    "because": _because,
}
ACTS = frozenset(_WAYS)
"""What a message may do to the conversation; each has its wordings in `data/acts`."""
