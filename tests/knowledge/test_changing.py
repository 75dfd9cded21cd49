from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from koujing.knowledge.base import Knowledge
from koujing.knowledge.changing import FactChange
from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.facts import load_facts

KNOWN = (
    "facts:\n  born: {label: 出生年月, type: month}\n  jobless: {label: 失业, type: yes_no}\n"
    "  times: {label: 次数, type: number}\n"
)


def loaded(folder: Path, entry: str) -> FactChange | None:
    path = folder / "facts.yml"
    path.write_text(f"{KNOWN}  it: {{label: 它, {entry}}}\n", encoding="utf-8")
    return load_facts(path)[0]["it"].changes


@pytest.mark.parametrize(
    ("entry", "change"),
    [
        ("type: yes_no", None),
        (
            "type: yes_no, changes: {how: act, text: 办理登记, needs: [jobless], counts: times}",
            FactChange("act", "办理登记", needs=("jobless",), counts="times"),
        ),
        (
            'type: duration, changes: {how: grows, text: "再缴{gap}", within: 24}',
            FactChange("grows", "再缴{gap}", within=24),
        ),
        (
            'type: number, changes: {how: comes_of_age, text: "年满{bound}", within: 12, born: born}',
            FactChange("comes_of_age", "年满{bound}", within=12, born="born"),
        ),
        (
            'type: date, default: "on", changes: {how: sooner, text: "在{bound}前申请"}',
            FactChange("sooner", "在{bound}前申请"),
        ),
    ],
)
def test_changes_are_read(tmp_path: Path, entry: str, change: FactChange | None) -> None:
    assert loaded(tmp_path, entry) == change


WRONG: Mapping[str, tuple[str, str]] = {
    "unknown how": ("type: yes_no, changes: {how: acts, text: 办}", "是否指“act”"),
    "unknown key": ("type: yes_no, changes: {how: act, text: 办, need: [jobless]}", "是否指“needs”"),
    "no text": ("type: yes_no, changes: {how: act}", "缺少“text”"),
    "type that does not grow": ("type: yes_no, changes: {how: grows, text: 等, within: 2}", "只有 duration 型"),
    "a past date": ("type: date, changes: {how: sooner, text: 早些}", "default: on"),
    "growth without limit": ("type: duration, changes: {how: grows, text: 等}", "补上 within"),
    "age without birth": ("type: number, changes: {how: comes_of_age, text: 等, within: 2}", "补上 born"),
    "idle key": ("type: yes_no, changes: {how: act, text: 办, within: 3}", "删去 within"),
    "unknown fact": ("type: yes_no, changes: {how: act, text: 办, needs: [joblesss]}", "是否指“jobless”"),
    "fact of another type": ("type: yes_no, changes: {how: act, text: 办, counts: jobless}", "number 型"),
    "unknown placeholder": ('type: yes_no, changes: {how: act, text: "办{name}"}', "只用 {gap}"),
    "typed figure": ("type: duration, changes: {how: grows, text: 再缴3个月, within: 24}", "手写的数字"),
}


@pytest.mark.parametrize(("entry", "how"), WRONG.values(), ids=WRONG)
def test_what_cannot_work_is_refused_with_the_way_to_mend_it(tmp_path: Path, entry: str, how: str) -> None:
    with pytest.raises(PolicyFileError) as caught:
        loaded(tmp_path, entry)
    assert caught.value.line == 5
    assert how in str(caught.value)


def test_what_lies_in_the_past_or_in_others_hands_never_changes(knowledge: Knowledge) -> None:
    """No act is asked of anyone that is not theirs to do."""
    for fact in ("layoffs_last_year", "unemployment_date", "is_orphan", "unit_insured", "assistance_received"):
        assert knowledge.facts[fact].changes is None
    assert knowledge.facts["insured_months"].changes is not None
