"""What is looked for, and how things are called in review. Data: `config/console/review.yml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from koujing.desk.fields import Place, mapping, words
from koujing.knowledge.yaml_lines import Document, read_document
from koujing.labels import STATUS
from koujing.settings import ROOT
from koujing.store import review_finding as finding
from koujing.store.readings import KEPT_BELOW
from koujing.store.review_finding import Wanted
from koujing.store.reviews import STATES

__all__ = ["FILE", "LABELS", "ReviewWords", "load_words"]

FILE = ROOT / "config" / "console" / "review.yml"
_REASONS = (finding.UNANSWERED, finding.DOUBTFUL, finding.USELESS, finding.DEVIATING, finding.CORRECTED)
LABELS = ("correct", "wrong_matter", "wrong_aspect", "fact_not_read", "should_refuse", "wording", "other")
_CHANNELS = ("web", "wechat", "call", "api")
_PATCHES = ("made", "merged", "dropped")
_FEEDBACK = ("unclear", "wrong", "not_my_question", "incomplete", "other")


@dataclass(frozen=True)
class ReviewWords:
    """Names by code, and what the finder wants."""

    wanted: Wanted
    reasons: Mapping[str, str]
    states: Mapping[str, str]
    labels: Mapping[str, str]
    channels: Mapping[str, str]
    patches: Mapping[str, str]
    feedback: Mapping[str, str]


def load_words(path: Path = FILE) -> ReviewWords:
    """All of it.

    Raises:
        PolicyFileError: the file cannot be used; says the line, what, why and how to mend.
    """
    document = read_document(path)
    keys = {"unanswered", "doubtful", "reasons", "states", "labels", "channels", "patches", "feedback"}
    data = mapping(document, (), keys, keys)
    unanswered = mapping(document, ("unanswered",), {"statuses", "kinds_not"}, {"statuses", "kinds_not"})
    doubtful = mapping(document, ("doubtful",), {"percent", "statuses"}, {"percent", "statuses"})
    percent, kinds = doubtful["percent"], unanswered["kinds_not"]
    if isinstance(percent, bool) or not isinstance(percent, int) or not 0 <= percent <= KEPT_BELOW:
        place = ("doubtful", "percent")
        raise document.error(place, f"“{percent}”不对", "更有把握的没有记下来", f"写 0 到 {KEPT_BELOW} 的整数")
    if not isinstance(kinds, list):
        raise document.error(("unanswered", "kinds_not"), "应是一列种类", "读不出哪些不进列表", "写成 [a, b]")
    wanted = Wanted(
        statuses=_statuses(document, ("unanswered", "statuses"), unanswered["statuses"]),
        kinds_not=frozenset(map(str, kinds)),
        doubtful=percent,
        doubted=_statuses(document, ("doubtful", "statuses"), doubtful["statuses"]),
    )
    named = {
        name: _names(document, name, data[name], codes)
        for name, codes in (
            ("reasons", _REASONS), ("states", STATES), ("labels", LABELS), ("channels", _CHANNELS),
            ("patches", _PATCHES), ("feedback", _FEEDBACK),
        )
    }  # fmt: skip
    return ReviewWords(wanted, **named)


def _statuses(document: Document, place: Place, given: object) -> frozenset[str]:
    if not isinstance(given, list) or not set(given) <= STATUS.keys():
        raise document.error(place, "有不认识的状态", "这样的答复不会有", f"可用的：{'、'.join(STATUS)}")
    return frozenset(given)


def _names(document: Document, name: str, given: object, codes: Iterable[str]) -> dict[str, str]:
    needed = list(codes)
    mapping(document, (name,), set(needed), set(needed))
    assert isinstance(given, dict)
    return {code: words(document, (name, code), given[code], longest=20) for code in needed}
