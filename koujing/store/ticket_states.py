"""The states of a ticket (工单), and which act leads from which to which.

new 新建 · assigned 已派 · working 办理中 · lacking 待答复人补充 · returned 退回 · undelivered 待送达 · replied 已答复 ·
closed 办结 · reopened 重开 · void 作废
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ACTS", "BEGUN", "DONE", "OPEN", "STATES", "Act"]

STATES = (
    "new", "assigned", "working", "lacking", "returned", "reopened", "undelivered", "replied", "closed", "void"
)  # fmt: skip
# Nothing more happens to these by itself.
DONE = frozenset({"closed", "void"})
# An answer is still owed.
OPEN = frozenset(STATES) - DONE - {"replied"}
# An office works on it.
BEGUN = frozenset({"assigned", "working", "lacking", "reopened"})


@dataclass(frozen=True)
class Act:
    """From where an act leads where; `to` is None where it depends. `reason`: it must be given one."""

    states: frozenset[str]
    to: str | None
    reason: bool = False


ACTS: Mapping[str, Act] = {
    "edit": Act(frozenset(STATES) - DONE, None),
    "assign": Act(frozenset({"new", "returned", *BEGUN}), "assigned"),
    "accept": Act(frozenset({"new", "returned", "assigned", "reopened"}), "working"),
    "lack": Act(frozenset({"assigned", "working", "reopened"}), "lacking", reason=True),
    "supply": Act(frozenset({"lacking"}), "working", reason=True),
    "return": Act(frozenset({"assigned", "working", "lacking"}), "returned", reason=True),
    "reply": Act(frozenset({"new", "returned", "undelivered", *BEGUN}), None),
    "deliver": Act(frozenset({"undelivered"}), None),
    "told": Act(frozenset({"undelivered"}), "replied"),
    "close": Act(frozenset({"replied"}), "closed"),
    "reopen": Act(frozenset({"replied", "closed", "void"}), "reopened", reason=True),
    "void": Act(frozenset({"new", "returned", *BEGUN}), "void", reason=True),
}
