"""Determination (判定): the verdict of a provision on a date, with trace, missing facts and amounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from koujing.knowledge.provisions import Provision, Referral, Rule
from koujing.rules.amounts import Computed, compute_amounts, facts_wanted
from koujing.rules.derive import Facts
from koujing.rules.evaluate import Evaluation, Evaluator, Outcome
from koujing.rules.windows import WindowState, window_states

__all__ = ["Determination", "RuleResult", "determine"]


@dataclass(frozen=True)
class RuleResult:
    """One rule evaluated."""

    rule: Rule
    evaluation: Evaluation

    @property
    def verdict(self) -> str:
        """`eligible`, `ineligible` or `need_info`."""
        return {True: "eligible", False: "ineligible", None: "need_info"}[self.evaluation.holds]


@dataclass(frozen=True)
class Determination:
    """The verdict over the conditions that the notice itself states.

    `missing` lists the facts that can still change it, best question first; `undecided` is true where the notice's own
    words leave the case open, so that no further fact helps and the verdict is `need_info` with nothing missing. `wanted`
    are the facts that the amounts of a case that qualifies still turn on.
    """

    verdict: str
    results: tuple[RuleResult, ...]
    missing: tuple[str, ...]
    amounts: tuple[Computed, ...]
    windows: Mapping[str, WindowState]
    referred: tuple[Referral, ...]
    undecided: bool
    estimated: bool
    wanted: tuple[str, ...] = ()

    @property
    def leading(self) -> RuleResult:
        """The rule the verdict speaks of: the first eligible, else the first open, else the first of all."""
        order = ("eligible", "need_info", "ineligible")
        return min(self.results, key=lambda result: order.index(result.verdict))


def determine(provision: Provision, rules: Sequence[Rule], facts: Facts) -> Determination:
    """Evaluate rules of a provision: one eligible suffices, all ineligible refuses, else the missing facts are named.

    Args:
        rules: at least one rule of the provision.
        facts: of the asker, on the date the question is answered for; unconfirmed ones never decide.
    """
    evaluator = Evaluator(provision, facts)
    results = tuple(RuleResult(rule, _with_force(provision, evaluator.evaluate(rule.when), facts.on)) for rule in rules)
    verdicts = [result.verdict for result in results]
    verdict = next((v for v in ("eligible", "need_info") if v in verdicts), "ineligible")
    missing = _ranked(results) if verdict == "need_info" else ()
    speaking = [result for result in results if result.verdict == verdict]
    amounts = tuple(
        computed
        for result in speaking
        for computed in compute_amounts(result.rule.amounts, provision, facts, evaluator)
        if verdict == "eligible"
    )
    if verdict == "eligible":
        amounts = (*amounts, *compute_amounts(provision.amounts, provision, facts, evaluator))
    of_rules = [amount for result in speaking for amount in result.rule.amounts]
    open_amounts = [*of_rules, *provision.amounts] if verdict == "eligible" else []
    ids = {result.rule.id for result in speaking}
    deciding = [outcome for result in speaking for outcome in result.evaluation.deciding]
    return Determination(
        verdict=verdict,
        results=results,
        missing=missing,
        amounts=amounts,
        windows=window_states(provision, facts.on),
        referred=tuple(r for r in provision.referred if not r.rules or ids & set(r.rules)),
        undecided=verdict == "need_info" and not missing and any(outcome.undecided for outcome in deciding),
        estimated=any(outcome.estimated for outcome in deciding),
        wanted=facts_wanted(open_amounts, facts, evaluator),
    )


def _with_force(provision: Provision, evaluation: Evaluation, on: dt.date) -> Evaluation:
    """Add the day of effect as a condition: before it (or after the end) the rule gives nothing."""
    if provision.since is None and provision.until is None:
        return evaluation
    since, until = provision.since, provision.until
    holds = (since is None or on >= since) and (until is None or on <= until)
    clause = provision.since_cite.clause if provision.since_cite else provision.clauses[0]
    force = Outcome("in_force", None, None, holds, clause, "{in_force}", "{not_in_force}")
    outcomes = (*evaluation.outcomes, force)
    if not holds:
        return Evaluation(False, outcomes, (force,), ())
    return Evaluation(evaluation.holds, outcomes, evaluation.deciding, evaluation.missing)


def _ranked(results: Sequence[RuleResult]) -> tuple[str, ...]:
    """Missing facts, best first: those that settle most open rules, then in the order of the file."""
    open_rules = [result.evaluation.missing for result in results if result.evaluation.holds is None]
    order = list(dict.fromkeys(fact for missing in open_rules for fact in missing))
    return tuple(sorted(order, key=lambda fact: -sum(fact in missing for missing in open_rules)))
