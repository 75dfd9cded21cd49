"""Typed facts read from free text: any number of them, in any order, and rather none than an invented one."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from koujing.text.anchors import AnchorIndex
from koujing.text.cantonese import Cantonese
from koujing.text.cues import CLAUSE_END, Cue, CueError, compile_cue, macros_of
from koujing.text.denied import affirmed_clauses, told_with_denials
from koujing.text.fact_values import Reading, added_value, fixed_value, in_range, nearest_year, taken_value
from koujing.text.figures import SLOTS, Folded, fold
from koujing.text.guards import Guards
from koujing.text.learnt import Taking, Told, learnt
from koujing.text.listed import ListedDenials
from koujing.text.marked import Marked
from koujing.text.normalise import normalise
from koujing.text.persons import ASKER, TOGETHER, Mention, PersonFinder
from koujing.text.rewritten import Rewritten
from koujing.text.terms import TermFinder, TrieTerms
from koujing.text.whose import ReadFact, agreed, of_one

__all__ = ["FactReader", "ReadFact"]

_EDGES = CLAUSE_END + " "
# As in the fact types: what is told of these is told of all concerned.
_SHARED = frozenset({"agreement", "place"})


@dataclass(frozen=True)
class _Hit:
    read: ReadFact
    slots: tuple[int, ...]
    mine: bool = False


@dataclass(frozen=True)
class _Refused:
    """What the words of a cue would mean at a place where a guard says that they tell nothing."""

    fact: str
    value: Any
    start: int


class FactReader:
    """Reads facts by the cues of `policies/fact_words.yml`.

    `fact_types` is the plain data of `policies/facts.yml` (the mapping under `facts`), `words` that of the cue file;
    `cantonese` puts a message into the Mandarin of the cues. Immutable once built; `read` may be called from several threads.

    Raises:
        CueError: a cue names an unknown fact or value, or cannot be compiled.
    """

    def __init__(
        self,
        fact_types: Mapping[str, Mapping[str, Any]],
        words: Mapping[str, Any],
        terms: Callable[[Iterable[str]], TermFinder] = TrieTerms,
        cantonese: Cantonese | None = None,
    ) -> None:
        self._types = fact_types
        self._cantonese = cantonese or Cantonese()
        macros = macros_of(words.get("macros", {}))
        self._guards = Guards(words["guards"], macros)
        self._persons = PersonFinder(words["persons"])
        self._lists = ListedDenials(words["denied_lists"])
        self._cues = [self._checked(cue, path) for cue, path in _compiled(words["facts"], macros)]
        self._takings = {cue.fact: Taking(cue.take, cue.past, cue.dated) for cue in reversed(self._cues) if cue.take}
        self._by_term: dict[str, list[Cue]] = defaultdict(list)
        for cue in self._cues:
            for term in cue.terms:
                self._by_term[term].append(cue)
        self._terms = terms([*self._by_term, *words.get("not_facts", ())])
        # a cue that reads the folded text never goes without a figure slot, which no plain text holds
        self._index = AnchorIndex([cue.anchors for cue in self._cues])

    def _checked(self, cue: Cue, path: tuple[str | int, ...]) -> Cue:
        kind = self._types.get(cue.fact)
        if kind is None:
            raise CueError(path[:2], f"facts.yml 里没有事实“{cue.fact}”")
        if cue.take is None:
            fits = {"yes_no": isinstance(cue.value, bool), "choice": cue.value in kind.get("options", {})}
            if not fits.get(kind["type"], isinstance(cue.value, int) and not isinstance(cue.value, bool)):
                raise CueError((*path, "value"), f"“{cue.value}”不是事实“{cue.fact}”的值")
        return cue

    def read(self, text: str, on: dt.date, told: Iterable[Told] = ()) -> list[ReadFact]:
        """The facts of one person: of the one spoken of last, without what holds otherwise of another; see `everyones`."""
        reads = self.everyones(text, on, told)
        mentions = self.mentions(self.plain(text))
        told_of = {read.whose for read in reads}
        first = next((read.whose for read in reads), ASKER)
        focus = next((mention.who for mention in reversed(mentions) if mention.who in told_of), ASKER)
        return of_one(reads, focus if focus in told_of else first, surely=False)

    def everyones(self, text: str, on: dt.date, told: Iterable[Told] = ()) -> list[ReadFact]:
        """The facts of a message asked on the day `on`, each with its person, in the order of the text.

        `told` is what a trained model finds stated in the text made `plain`; it adds what no cue reads. A fact said of
        one person in two ways that disagree is dropped.
        """
        plain = self._plainly(text)
        normal = plain.text
        folded = fold(normal, on)
        claimed: set[int] = set()
        hits: list[_Hit] = []
        refused: list[_Refused] = []
        for hit in self._hits(normal, folded, on, refused):
            if claimed.isdisjoint(hit.slots):
                hits.append(hit)
                claimed.update(hit.slots)
        hits += self._learnt(told, folded, on, hits, claimed, refused)
        mentions = self._persons.mentions(normal)
        # 俩人都 counts those spoken of, no staff; the asker's own household it may count
        joint = [each for each in mentions if each.who == TOGETHER]
        kept = [
            hit.read
            for hit in hits
            if hit.mine or not (hit.slots and any(each.start <= hit.read.start < each.end for each in joint))
        ]
        reads = agreed(kept, mentions, self._persons.others(normal))
        return sorted((_as_written(read, plain) for read in reads), key=lambda r: (r.start, r.fact))

    def told(self, plain: str, read: Callable[[str], Sequence[Told]]) -> list[Told]:
        """What a trained model finds stated in a text made `plain`, what is denied turned round."""
        return told_with_denials(plain, read, self._guards.denial, self._guards.asks)

    def affirmed(self, sentences: Iterable[Marked]) -> list[Marked]:
        """What marked sentences deny, said, to be taught beside them."""
        return list(affirmed_clauses(sentences, self._guards.denial))

    def told_by_word(self, who: str | None) -> dict[str, str]:
        """What the word for a person tells of that person: 我爸 is a man."""
        said = self._persons.told_of(who) if who else None
        return {} if said is None else {said[0]: said[1]}

    def shared(self, fact: str) -> bool:
        """Whether a fact holds whoever of those concerned is spoken of (an agreement's, a place's)."""
        return self._types[fact].get("of") in _SHARED

    def of_family(self, fact: str, who: str) -> bool:
        """Whether what the asker tells of the own family holds for a person: for kin, not for a colleague."""
        return self._types[fact].get("of") == "family" and self._persons.kin(who)

    def mentions(self, plain: str) -> list[Mention]:
        """Who takes over as subject in a text made `plain`: the asker by `ASKER`, others by their word, else 他 or 她."""
        return self._persons.mentions(plain)

    def person_words(self, text: str) -> list[str]:
        """The words by which a text names others than the asker."""
        return self._persons.words(self.plain(text))

    def names_anyone(self, text: str) -> bool:
        """Whether a text mentions the asker or another person in any way (帮我看看)."""
        return self._persons.named(self.plain(text))

    def plain(self, text: str) -> str:
        """A text as its facts are read: normalised, in Mandarin, each thing of a denied list denied by itself."""
        return self._plainly(text).text

    def _plainly(self, text: str) -> Rewritten:
        mandarin = self._cantonese.mandarin(normalise(text))
        return mandarin.then(self._lists.spread(mandarin.text))

    def _learnt(
        self,
        told: Iterable[Told],
        folded: Folded,
        on: dt.date,
        hits: list[_Hit],
        claimed: set[int],
        refused: Iterable[_Refused],
    ) -> list[_Hit]:
        """What a model finds stated beyond the cues, and not where a guard says that their words tell nothing."""
        mentions, text, found = self._persons.mentions(folded.original), folded.original, list[_Hit]()
        read = {(hit.read.fact, hit.read.whose) for hit in hits}
        for each in learnt(told, folded, self._types, self._takings, self._guards, on, claimed):
            whose = _whose(mentions, each.start, each.end)
            if (each.fact, whose) in read or not claimed.isdisjoint(each.slots):
                continue
            if any(
                no.fact == each.fact and no.value == each.reading.value and each.start <= no.start < each.end
                for no in refused
            ):
                continue
            claimed.update(each.slots)
            found.append(_Hit(_read(each.fact, each.reading, text, whose, each.start, each.end), each.slots))
        return found

    def _hits(self, text: str, folded: Folded, on: dt.date, refused: list[_Refused]) -> Iterator[_Hit]:
        mentions = self._persons.mentions(text)
        stands = cache(lambda pattern: _stands(pattern, text, folded))  # asked once for each cue, not for each match
        for cue, at, until, slots in self._matches(text, folded):
            if (cue.needs and not stands(cue.needs)) or (cue.unless and stands(cue.unless)):
                continue
            start = at + len(text[at:until]) - len(text[at:until].lstrip(_EDGES))
            end = at + len(text[at:until].rstrip(_EDGES))
            if not slots and self._told_of_nobody(cue, text, start, end):
                refused.append(_Refused(cue.fact, cue.value, start))
                continue
            reading = self._reading(cue, folded, start, end, slots, on)
            if reading is None:
                continue
            whose = "" if cue.mine else _whose(mentions, start, end)
            reading = reading if cue.sure else replace(reading, approximate=True)
            yield _Hit(_read(cue.fact, reading, text, whose, start, end), slots, cue.mine)

    def _matches(self, text: str, folded: Folded) -> Iterator[tuple[Cue, int, int, tuple[int, ...]]]:
        for term in self._terms.find(text):
            for cue in self._by_term.get(term.said, ()):
                yield cue, term.start, term.end, ()
        for cue in self._possible(text, folded):
            if cue.pattern is None:
                continue
            for match in cue.pattern.finditer(folded.text if cue.folded else text):
                start, end = match.span()
                if cue.folded:
                    start, end = folded.origin[start], folded.origin[end]
                yield cue, start, end, _slots(cue, match)

    def _possible(self, text: str, folded: Folded) -> list[Cue]:
        return [self._cues[index] for index in self._index.find(text + folded.text)]

    def _told_of_nobody(self, cue: Cue, text: str, start: int, end: int) -> bool:
        """Whether words without a figure are only supposed, left open, or name the kind of people asked about."""
        clause = self._guards.clause_start(text, start)
        if self._guards.not_told(text, clause, start, end):
            return True
        yes_no = self._types[cue.fact]["type"] == "yes_no"
        return yes_no and not cue.plain and self._guards.kind_asked(text, clause, start, end)

    def _reading(
        self, cue: Cue, folded: Folded, start: int, end: int, slots: tuple[int, ...], on: dt.date
    ) -> Reading | None:
        kind, text = self._types[cue.fact], folded.original
        spans = [folded.figures[slot] for slot in slots]
        clause = self._guards.clause_start(text, start)
        negated = not cue.plain and self._guards.negated(text, clause, start, end)
        dated = self._guards.dated(cue.dated, folded, start, end, on)
        if self._guards.about_others(text, clause, start) or self._guards.generic(text, start):
            return None
        if dated is None or (not cue.plain and self._guards.asked_about(text, clause, start, end)):
            return None
        if not spans:
            return fixed_value(cue.value, negated, not dated or self._guards.hedged(text, clause, start))
        if negated or any(self._guards.inexact(text, span) for span in spans):
            return None
        reading = added_value([taken_value(cue.take or "", span, on, cue.past) for span in spans])
        if reading is None or not in_range(kind, reading.value):
            return None
        if "default" in kind and len(spans) == 1:
            reading = nearest_year(reading, spans[0], on)
        return Reading(reading.value, reading.approximate or not dated, reading.low, reading.high)


def _read(fact: str, reading: Reading, text: str, whose: str, start: int, end: int) -> ReadFact:
    said, values = text[start:end], (reading.approximate, reading.low, reading.high)
    return ReadFact(fact, reading.value, said, *values, whose, start, end)


def _whose(mentions: Sequence[Mention], start: int, end: int) -> str:
    """Whose words are: those that begin with the asker's own and go on to another (我老舅没领过) are of that one."""
    inside = [each.who for each in mentions if start < each.start < end and each.who not in (ASKER, TOGETHER)]
    return (inside or [PersonFinder.at(mentions, start)])[-1]


def _as_written(read: ReadFact, plain: Rewritten) -> ReadFact:
    """A fact with the words that its asker wrote."""
    start, end = plain.place(read.start, read.end)
    return replace(read, said=plain.original[start:end], start=start, end=end)


def _slots(cue: Cue, match: re.Match[str]) -> tuple[int, ...]:
    """Where in the folded text the figures stand that a cue takes."""
    if not cue.take or not match.lastindex:
        return ()
    taken = range(1, match.lastindex + 1) if cue.sum else (match.lastindex,)
    return tuple(match.start(group) for group in taken if match[group] is not None)


def _compiled(facts: Mapping[str, Any], macros: Mapping[str, str]) -> Iterator[tuple[Cue, tuple[str | int, ...]]]:
    for fact, cues in facts.items():
        for index, data in enumerate(cues):
            path = ("facts", fact, index)
            yield compile_cue(fact, data, macros, path), path


def _stands(pattern: re.Pattern[str], text: str, folded: Folded) -> bool:
    """Whether a pattern stands anywhere in the message; one with figure slots is held against the folded text."""
    slotted = any(slot in pattern.pattern for slot in SLOTS.values())
    return bool(pattern.search(folded.text if slotted else text))
