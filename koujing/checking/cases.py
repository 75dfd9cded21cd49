"""Cases (例子) of a provision run against its rules."""

from __future__ import annotations

from collections.abc import Iterator

from koujing.knowledge.facts import Fact, FactType
from koujing.knowledge.provisions import Case, Provision
from koujing.rules.derive import Facts
from koujing.rules.determine import Determination, determine
from koujing.rules.retirement import RetirementLaw
from koujing.rules.windows import window_states

__all__ = ["case_failures", "run_case"]


def run_case(provision: Provision, case: Case, facts: dict[str, FactType], law: RetirementLaw) -> list[str]:
    """What came out other than the case expects, each difference a sentence; empty when it passes."""
    failures: list[str] = []
    expect = case.expect
    for window, state in expect.get("windows", {}).items():
        states = window_states(provision, case.on)
        got = states[window].state if window in states else "不存在"
        if got != state:
            failures.append(f"期限 {window} 应为 {state}，实为 {got}")
    if not provision.rules or not set(expect) - {"windows"}:
        if set(expect) - {"windows"}:
            failures.append("没有规则却写了判定的期望")
        return failures
    given = {fact: Fact(facts[fact].parse(raw)) for fact, raw in case.facts.items()}
    rules = (
        [provision.rules[case.rule]] if case.rule else [r for r in provision.rules.values() if not r.only_when_asked]
    )
    if not rules:
        return ["没有可判的规则：写明 rule"]
    failures += _differences(determine(provision, rules, Facts(facts, given, case.on, law)), case)
    return failures


def _differences(got: Determination, case: Case) -> Iterator[str]:
    expect = case.expect
    if "verdict" in expect and got.verdict != expect["verdict"]:
        yield f"判定应为 {expect['verdict']}，实为 {got.verdict}（还缺 {list(got.missing)}）"
    if "missing" in expect and sorted(got.missing) != sorted(expect["missing"]):
        yield f"还缺的事实应为 {expect['missing']}，实为 {list(got.missing)}"
    if "failing" in expect:
        failing = sorted(
            {
                o.id
                for r in got.results
                for o in r.evaluation.deciding
                if r.verdict == "ineligible" and o.holds is not None
            }
        )
        if failing != sorted(expect["failing"]):
            yield f"不成立的条件应为 {expect['failing']}，实为 {failing}"
    if "amounts" in expect:
        amounts = {computed.amount.id: computed.value for computed in got.amounts}
        wanted = {name: None if value is None else str(value) for name, value in expect["amounts"].items()}
        if amounts != wanted:
            yield f"数额应为 {wanted}，实为 {amounts}"


def case_failures(provision: Provision, facts: dict[str, FactType], law: RetirementLaw) -> Iterator[str]:
    """All failing cases of a provision, and rules without a yes, a no or an open case."""
    for case in provision.cases:
        for failure in run_case(provision, case, facts, law):
            yield f"{provision.id}：例子“{case.name}”：{failure}"
    defaults = [rule.id for rule in provision.rules.values() if not rule.only_when_asked]
    for rule in provision.rules.values():
        told = {
            case.expect.get("verdict")
            for case in provision.cases
            if case.rule == rule.id or (case.rule is None and rule.id in defaults)
        }
        for verdict in {"eligible", "ineligible", "need_info"} - told:
            yield f"{provision.id}：规则“{rule.id}”没有一个 {verdict} 的例子"
