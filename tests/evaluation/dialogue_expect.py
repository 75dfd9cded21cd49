"""Whether the replies to a turn are what the dialogue wants of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tests.evaluation.dialogue_run import Played, Reply
from tests.evaluation.dialogues import Wanted
from tests.evaluation.scoring import amount_given, clause_hit, facts_given, items_given

__all__ = ["broken", "cites_any", "unmet"]


def broken(played: Played, replies: Sequence[Reply], open_before: str | None, open_after: str | None) -> list[str]:
    """What of the wanted does not hold after a turn, in words.

    Args:
        replies: those to the last message of the turn, and to the turn before where nothing had to be said.
        open_before: the fact asked for when the turn began.
        open_after: the fact asked for when it ended.
    """
    found: list[str] = []
    several = len(played.turn.wanted) > 1
    if several and len(replies) < len(played.turn.wanted):
        found.append(f"应有 {len(played.turn.wanted)} 条答复，只有 {len(replies)} 条")
    for number, wanted in enumerate(played.turn.wanted):
        held = replies[number : number + 1] if several else replies
        nearest: list[list[str]] = sorted((unmet(wanted, reply) for reply in held), key=len)
        found += nearest[0] if nearest else []
        found += [line for reply in replies for line in _unwanted(wanted, reply)]
        found += _asking(wanted, open_before, open_after)
    return list(dict.fromkeys(found))


def unmet(wanted: Wanted, reply: Reply) -> list[str]:
    """What a reply lacks of what one reply must have, in words."""
    return list(_unmet(wanted, reply))


def _unmet(wanted: Wanted, reply: Reply) -> Iterator[str]:
    for label, key, acceptable in (
        ("状态", "status", wanted.status),
        ("类别", "kind", wanted.kinds),
        ("事项", "matter", wanted.matters),
        ("问题方面", "aspect", wanted.aspects),
        ("判定", "verdict", {wanted.verdict} if wanted.verdict else ()),
        ("地区", "region", {wanted.region} if wanted.region else ()),
    ):
        if acceptable and reply[key] not in acceptable:
            yield f"{label}是 {reply[key]}，应为 {'／'.join(sorted(acceptable))}"
    if wanted.cites and not cites_any(reply, wanted.cites):
        cited = "、".join(citation["clause"] for citation in reply["citations"]) or "（无）"
        yield f"条款是 {cited}，应有 {'／'.join(wanted.cites)}"
    for fact, value in wanted.facts.items():
        if not facts_given({fact: value}, reply):
            given = reply["facts"].get(fact)
            yield f"事实 {fact} 是 {given and given.get('value')}，应为 {value}"
    for figure in wanted.amounts:
        if not amount_given(figure, reply):
            yield f"金额没有 {figure.value} {figure.unit}"
    for verdict, matters in wanted.items.items():
        for matter in matters:
            if not items_given({verdict: (matter,)}, reply):
                yield f"清单里没有 {matter}（{verdict}）"
    if wanted.earliest and wanted.earliest not in {change["earliest"] for change in reply["changes"]}:
        yield f"没有给出最早日期 {wanted.earliest}"
    for pattern in wanted.says:
        if not re.search(pattern, reply["text"]):
            yield f"没有说 {_plain(pattern)}"


def _unwanted(wanted: Wanted, reply: Reply) -> Iterator[str]:
    for citation in reply["citations"]:
        if any(_within(citation["clause"], prefix) for prefix in wanted.cites_not):
            yield f"不该引用 {citation['clause']}"
    for fact in wanted.facts_not:
        if fact in reply["facts"]:
            yield f"不该有事实 {fact}"
    for item in reply["items"]:
        if item["matter"] in wanted.items_not:
            yield f"清单里不该有 {item['matter']}"
    for pattern in wanted.says_not:
        if re.search(pattern, reply["text"]):
            yield f"不该说 {_plain(pattern)}"


def _asking(wanted: Wanted, before: str | None, after: str | None) -> Iterator[str]:
    if wanted.asks is True and after is None:
        yield "应当还在问"
    if wanted.asks is False and after is not None:
        yield f"不该再问（{after}）"
    if isinstance(wanted.asks, frozenset) and after not in wanted.asks:
        yield f"问的是 {after}，应问 {'／'.join(sorted(wanted.asks))}"
    if wanted.same_question and (after is None or after != before):
        yield f"应回到原来的问题 {before}，现在是 {after}"
    if wanted.new_question and after is not None and after == before:
        yield f"不该又问同一个问题 {after}"


def cites_any(reply: Reply, prefixes: Sequence[str]) -> bool:
    """Whether a reply cites any clause that lies in one of these."""
    return any(_within(citation["clause"], prefix) for citation in reply["citations"] for prefix in prefixes)


def _within(clause: str, prefix: str) -> bool:
    """In a notice (hld-2021-2), in a family of them (gd-), or in a clause: a2.1 lies in a2, but 14 not in 1."""
    return clause_hit(clause, [prefix]) if ":" in prefix else clause.startswith(prefix)


def _plain(pattern: str) -> str:
    return re.sub(r"\\(?=[^\w\s])", "", pattern)
