"""Suggestions (候选) while an operator types, out of the core's own search: in this process, without Rasa.

What is searched: the approved calibers of every provision with the names of their matter and the question of their
aspect, the aspects on which a notice is silent, and the clauses. Terms are character bigrams: measured on the 657
questions of tests/evaluation that name a matter and a region, jieba's words find no more and cost seventy megabytes.
A suggestion says what can be asked; it never answers.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any

from pypinyin import Style, lazy_pinyin

from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import ASPECTS, Provision
from koujing.search.clauses import ClauseSearch
from koujing.text.glossary import Glossary
from koujing.text.normalise import normalise

__all__ = ["Suggester", "Suggestion"]

_MOST, _MOST_OF_ONE, _MOST_CLAUSES = 8, 3, 2
_OTHERS, _LOOKED_AT = 1, 150
_SHORTEST = 2
_NAMED = 1000.0
# Of a notice's silence, whose entry is short, which the search takes for a good fit; and of a topic not named.
_LESS, _MORE = 0.5, 1.5
_NUMBER = re.compile(r"第?[（(]?([一二三四五六七八九十]{1,3})[）)]?[条项]")
_LATIN = re.compile(r"[a-z][a-z' ]*")
_FILL = re.compile(r"\{\w+\}")
_BLANKS = re.compile(r"[\s,.;!?，。；！？、]+")
_SNIPPET = 46
# In which order the aspects of a matter are offered where nothing but its name is typed.
_ORDER = ("eligibility", "conditions", "amount", "deadline", "how", "duration", "materials", "where", "overview")
# Other words for an aspect, for the search alone.
_CUES: Mapping[str, str] = {
    "eligibility": "能不能领 能领吗 符合吗 有没有资格 可以申请吗",
    "conditions": "条件 要求 资格 门槛",
    "who": "谁 哪些人 哪些单位 对象 范围",
    "amount": "多少钱 标准 数额 金额 比例 发多少 给多少 返多少",
    "deadline": "截止 期限 最晚 什么时候 到哪天 还来得及吗",
    "duration": "多久 多长时间 几个月 享受多久 领多久",
    "how": "怎么办 怎么申请 申领 流程 手续 网上办",
    "materials": "材料 证明 带什么 表格",
    "where": "哪里办 在哪 地点 窗口 网址",
    "processing_time": "几天 多久办完 办结 到账 工作日",
    "funding": "资金 钱从哪来 支出 列支",
    "definition": "什么意思 怎么算 怎么认定 定义",
    "list": "哪几类 清单 名单 目录",
    "basis": "依据 文件 文号 哪个文件",
    "transition": "以前的 老政策 新旧 继续享受 去年批的",
    "compatibility": "同时享受 重复 都能领 冲突",
    "overview": "是什么 介绍 内容",
}


@dataclass(frozen=True)
class Suggestion:
    """One line to pick: `text` is asked when it is picked, `detail` tells where it rests.

    `kind` is `aspect` or `clause`; `topic` is the special word of a caliber's topic, `caliber` the id to expect.
    """

    kind: str
    text: str
    detail: str
    matter: str | None = None
    aspect: str | None = None
    topic: str | None = None
    caliber: str | None = None
    clause: str | None = None

    def shown(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


@dataclass(frozen=True)
class _Entry:
    """What is searched for: `region` is whose rule it is."""

    suggestion: Suggestion
    region: str
    words: str
    silent: bool = False
    topics: tuple[str, ...] = ()


class Suggester:
    """The index; built once, then only read, so one serves all threads."""

    def __init__(self, knowledge: Knowledge, glossary: Mapping[str, str] | None = None) -> None:
        self._knowledge = knowledge
        self._glossary = Glossary(glossary or {})
        self._entries = list(_entries(knowledge))
        self._search = ClauseSearch({str(n): entry.words for n, entry in enumerate(self._entries)}, _no_words)
        self._names = {
            normalise(word).lower(): matter.id
            for matter in knowledge.matters.values()
            for word in (*matter.words, matter.name)
        }
        self._held: dict[tuple[str, ...] | None, Sequence[int]] = {}
        self._sounds = {id: _sounds(names) for id, names in self._by_matter().items()}

    def find(self, typed: str, region: str | None, most: int = _MOST) -> list[Suggestion]:
        """The best suggestions for what was typed; with a region only what holds there, the narrowest rule first."""
        text = self._glossary.translate(normalise(typed)).lower()
        if not text:
            return []
        named, rest = self._named(text)
        cued = {aspect for aspect, cues in _CUES.items() if rest and any(cue in rest for cue in cues.split())}
        scores = self._search.scores(text)
        ranked: list[tuple[float, int]] = []
        for place in self._holding(region):
            entry, score = self._entries[place], scores[str(place)]
            matter = entry.suggestion.matter
            if score <= 0 and matter not in named:
                continue
            score *= _weight(entry, text, cued)
            if matter in named:
                score += _NAMED * named[matter] + (0.0 if rest else _placed(entry))
            ranked.append((-score, place))
        found = (self._entries[place].suggestion for _, place in heapq.nsmallest(_LOOKED_AT, ranked))
        return [*self._numbered(text, region), *_varied(found, named, most)][:most]

    def _named(self, text: str) -> tuple[dict[str, float], str]:
        """The matters named, by their words or by the letters of their sound, and what else was typed."""
        found = [word for word in self._names if word in text]
        whole = [word for word in found if not any(word != other and word in other for other in found)]
        if whole:
            matters = {self._names[word] for word in whole}
            # What holds for all matters (受理期限) is asked of the one that is named beside it.
            own = {id for id in matters if not self._knowledge.matters[id].general} or matters
            rest = text
            for word in whole:
                rest = rest.replace(word, " ") if self._names[word] in own else rest
            return dict.fromkeys(own, 1.0), _BLANKS.sub("", rest)
        if len(text) >= _SHORTEST and (begun := {id for word, id in self._names.items() if text in word}):
            return dict.fromkeys(begun, 1.0), ""
        letters = _LATIN.fullmatch(text)
        if letters is None or len(text) < 2:
            return {}, text
        typed = re.sub(r"[' ]", "", text)
        close = {id: closeness for id, sounds in self._sounds.items() if (closeness := _closeness(typed, sounds))}
        return close, ""

    def _numbered(self, text: str, region: str | None) -> list[Suggestion]:
        """The clauses that are asked for by their number (第六项) in the notices of the region."""
        match = _NUMBER.search(text)
        if match is None or region is None:
            return []
        wanted = {form.format(match[1]) for form in ("第（{}）项", "第{}条", "第{}项", "第（{}）条")}
        named = {
            clause.id: None
            for notice in self._knowledge.notices_in(region)
            for clause in notice.clauses
            if clause.label in wanted
        }
        by_clause = {entry.suggestion.clause: entry.suggestion for entry in self._entries}
        return [by_clause[id] for id in named]

    def _by_matter(self) -> dict[str, list[str]]:
        return {id: [matter.name, *matter.words] for id, matter in self._knowledge.matters.items()}

    def _holding(self, region: str | None) -> Sequence[int]:
        """The places of the entries that hold in a region: of what several regions speak of, the narrowest one's."""
        chain = self._knowledge.regions.notices_chain(region) if region else None
        if chain not in self._held:
            self._held[chain] = [n for n, entry in enumerate(self._entries) if self._holds(entry, region, chain)]
        return self._held[chain]

    def _holds(self, entry: _Entry, region: str | None, chain: tuple[str, ...] | None) -> bool:
        if region is None or chain is None:
            return True
        suggestion = entry.suggestion
        if suggestion.matter is None or suggestion.aspect is None:
            return entry.region in chain
        spoken = self._knowledge.find_caliber(suggestion.matter, suggestion.aspect, region)
        silent = self._knowledge.find_silence(suggestion.matter, suggestion.aspect, region)
        nearest = spoken[0] if spoken else silent[0] if silent else None
        return nearest is not None and nearest.region == entry.region and entry.silent == (spoken is None)


def _entries(knowledge: Knowledge) -> Iterator[_Entry]:
    for provision in knowledge.provisions.values():
        yield from _spoken(knowledge, provision)
    for clause in knowledge.clauses.values():
        notice = knowledge.notices[clause.notice]
        text = normalise(clause.text)
        title = f"{notice.short}{clause.label}"
        snippet = text[:_SNIPPET] + ("…" if len(text) > _SNIPPET else "")
        yield _Entry(
            Suggestion(
                "clause", title, clause.heading if clause.heading != clause.label else snippet, clause=clause.id
            ),
            notice.region,
            f"{title}{clause.heading}{text}".lower(),
        )


def _spoken(knowledge: Knowledge, provision: Provision) -> Iterator[_Entry]:
    """The approved calibers of a provision, and what it is silent on."""
    matter = knowledge.matters[provision.matter]
    names = "".join((matter.name, *matter.words))
    frames = knowledge.wordings["aspects"]
    label = f"{knowledge.notice_of(provision.clauses[0]).short}{knowledge.clauses[provision.clauses[0]].label}"
    for aspect in ASPECTS:
        ask, name = frames[aspect]["ask"].format(matter=matter.name), frames[aspect]["name"]
        head = f"{names}{ask}{name}{_CUES.get(aspect, '')}"
        for caliber in provision.calibers.get(aspect, ()):
            if not caliber.approved:
                continue
            id = f"{provision.id}.{aspect}" + (f".{caliber.topic}" if caliber.topic else "")
            topic = caliber.words[0] if caliber.topic and caliber.words else None
            text = f"{matter.name}：{topic}" if topic else ask
            said = _FILL.sub("", caliber.text + caliber.plain)
            detail = f"{name} · {label}"
            suggestion = Suggestion("aspect", text, detail, matter.id, aspect, topic, id)
            words = normalise(f"{head}{''.join(caliber.words)}{said}").lower()
            yield _Entry(suggestion, provision.region, words, topics=caliber.words if topic else ())
        if aspect in provision.silent and not provision.calibers.get(aspect):
            suggestion = Suggestion("aspect", ask, f"{name} · {label} 没有写", matter.id, aspect)
            yield _Entry(suggestion, provision.region, normalise(head).lower(), silent=True)


def _varied(found: Iterator[Suggestion], named: Mapping[str, float], most: int) -> list[Suggestion]:
    """The best, with others beside those of the matter named, not all of one matter, and few clauses, which stand last."""
    aspects: list[Suggestion] = []
    others: list[Suggestion] = []
    clauses: list[Suggestion] = []
    of_one: Counter[str | None] = Counter()
    seen: set[str] = set()
    for each in found:
        if each.kind == "clause":
            clauses.append(each)
        elif each.text not in seen and each.matter in named:
            aspects.append(each)
        elif each.text not in seen and of_one[each.matter] < _MOST_OF_ONE:
            others.append(each)
            of_one[each.matter] += 1
        seen.add(each.text)
        if len(aspects) >= most and len(others) >= _OTHERS and len(clauses) >= _MOST_CLAUSES:
            break
    clauses = clauses[:_MOST_CLAUSES]
    room = most - len(clauses)
    aspects = aspects[: max(room - _OTHERS, room - len(others))]
    return [*aspects, *others[: room - len(aspects)], *clauses]


def _weight(entry: _Entry, text: str, cued: Set[str]) -> float:
    """More for the aspect that is asked for; less for a special topic that is not named, and for what is not said."""
    if entry.topics and not any(word in text for word in entry.topics):
        return _LESS
    if entry.suggestion.aspect in cued:
        return _MORE
    return _LESS if entry.silent else 1.0


def _placed(entry: _Entry) -> float:
    """More for the aspects that are asked most; special topics and what a notice is silent on come after them."""
    suggestion = entry.suggestion
    place = _ORDER.index(suggestion.aspect) if suggestion.aspect in _ORDER else len(_ORDER)
    return len(_ORDER) - place - (50.0 if suggestion.topic else 0.0) - (50.0 if entry.silent else 0.0)


def _sounds(names: Sequence[str]) -> list[tuple[str, str]]:
    """The first letters and the letters of each name."""
    return [
        ("".join(lazy_pinyin(name, style=Style.FIRST_LETTER)), "".join(lazy_pinyin(name, style=Style.NORMAL)))
        for name in names
    ]


def _closeness(typed: str, sounds: Sequence[tuple[str, str]]) -> float:
    """How well letters fit a matter's names: all of one, its beginning, or a part of it."""
    best = 0.0
    for letters in (each for pair in sounds for each in pair):
        if letters == typed:
            return 1.0
        if letters.startswith(typed):
            best = max(best, 0.8 * len(typed) / len(letters) + 0.1)
        elif len(typed) > 2 and typed in letters:
            best = max(best, 0.1 * len(typed) / len(letters))
    return best


def _no_words(_text: str) -> list[str]:
    return []
