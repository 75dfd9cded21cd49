"""How a fact can change (`changes` in `policies/facts.yml`): by an act of the asker, by time, by an earlier date, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.figures import typed_figures
from koujing.knowledge.templates import bare, placeholders
from koujing.knowledge.yaml_lines import Document

if TYPE_CHECKING:
    from koujing.knowledge.facts import FactType

__all__ = ["FactChange", "build_change", "change_errors"]

_FILLED = {"bound", "condition", "gap"}
_OF_TYPE = {"act": "yes_no", "grows": "duration", "shrinks": "duration", "comes_of_age": "number", "sooner": "date"}
_NEEDED = {"grows": ("within",), "shrinks": ("within",), "comes_of_age": ("within", "born")}
_ALLOWED = {**_NEEDED, "act": ("needs", "counts")}
_NAMED_TYPE = {"born": "month", "needs": "yes_no", "counts": "number"}
_EXTRAS = ("within", "born", "needs", "counts")


@dataclass(frozen=True)
class FactChange:
    """One way for one fact to change; facts without it never do.

    `how` is `act` (a no becomes a yes by what the asker does), `grows` or `shrinks` (a duration, one month each month),
    `comes_of_age` (years of age, dated by the month of birth in `born`) or `sooner` (a day planned too late).
    `text` may hold {gap}, {bound} and {condition}. `within` is the longest wait, in months, that is worth telling.
    An act is not offered where one of the facts `needs` is known to be a no, and adds one to the number `counts`.
    """

    how: str
    text: str
    within: int = 0
    born: str | None = None
    needs: tuple[str, ...] = ()
    counts: str | None = None

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """The other facts it speaks of, each with the key that names it."""
        single = [(key, fact) for key, fact in (("born", self.born), ("counts", self.counts)) if fact]
        return (*single, *(("needs", fact) for fact in self.needs))


def build_change(data: Mapping[str, Any]) -> FactChange:
    """A change from its validated YAML."""
    return FactChange(**{**data, "needs": tuple(data.get("needs", ()))})


def change_errors(types: Mapping[str, FactType], document: Document) -> Iterator[PolicyFileError]:
    """What in the `changes` of the facts cannot work; names that do not exist are reported by the loader."""
    for kind in types.values():
        if kind.changes is not None:
            yield from _of_fact(kind, kind.changes, types, document)


def _of_fact(
    kind: FactType, change: FactChange, types: Mapping[str, FactType], document: Document
) -> Iterator[PolicyFileError]:
    place = ("facts", kind.id, "changes")
    fits = _OF_TYPE[change.how]
    if kind.type != fits:
        yield document.error(place, f"{kind.type} 型的事实“{kind.id}”写了 how: {change.how}", "这样的值不会这样变", f"只有 {fits} 型的事实能用 {change.how}")  # fmt: skip
    if change.how == "sooner" and kind.default != "on":
        yield document.error(place, f"事实“{kind.id}”写了 how: sooner，却没有 default: on", "已经发生的日期不能提前", "只用于还没有做的事的日期，或删去 changes")  # fmt: skip
    given = [name for name in _EXTRAS if getattr(change, name)]
    for name in _NEEDED.get(change.how, ()):
        if name not in given:
            yield document.error(place, f"how: {change.how} 缺少“{name}”", "没有它就算不出最早的日期", f"补上 {name}")
    for name in given:
        if name not in _ALLOWED.get(change.how, ()):
            yield document.error((*place, name), f"how: {change.how} 用不到“{name}”", "写了也不起作用", f"删去 {name}")
    for name, fact in change.named:
        other, wanted = types.get(fact), _NAMED_TYPE[name]
        if other is not None and other.type != wanted:
            yield document.error((*place, name), f"“{name}”指的事实“{other.id}”是 {other.type} 型", f"这里要 {wanted} 型", "换一个事实")  # fmt: skip
    yield from _of_text(kind, change, document)


def _of_text(kind: FactType, change: FactChange, document: Document) -> Iterator[PolicyFileError]:
    place = ("facts", kind.id, "changes", "text")
    for sort, name in placeholders(change.text):
        if sort == "fact" or name not in _FILLED:
            yield document.error(place, f"文字里的“{name}”没有值可填", "会原样露出花括号", "只用 {gap}、{bound}、{condition}")  # fmt: skip
    if figures := typed_figures(bare(change.text)):
        yield document.error(place, f"手写的数字“{'、'.join(figures)}”", "改政策时会漏改", "用 {gap}（还差多少）或 {bound}（要到多少）")  # fmt: skip
