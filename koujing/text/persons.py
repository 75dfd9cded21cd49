"""Whose facts they are: the person a clause of a message speaks about (我妈55，我25)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

__all__ = ["ASKER", "TOGETHER", "Mention", "PersonFinder"]

ASKER = ""
"""The key of the asker among persons; others are named by their word (我妈)."""
TOGETHER = "+"
"""The key of the asker and the others of the message spoken of as one (我跟老公都在厂里上班)."""
_BEFORE, _AFTER = 4, 10
# While a message is read, its persons are looked for again and again.
_RECENT = 32
_CLAUSE_END = re.compile(r"[,。!?;\n]")
_BELONGS = re.compile(r"(?:^|[,。;\s])(?:也|就|都)?是$")
_UNIT = re.compile("公司|单位|企业|厂|店|村|社区|所|局|这")


@dataclass(frozen=True)
class Mention:
    """A person taking over as the subject at a place of the text."""

    start: int
    end: int
    who: str


class PersonFinder:
    """Finds who is spoken of, from the words of the cue file.

    `reflexive` are those of `asker` that mean whoever is spoken of (自己). `asker` and `others` are words, of which those in one list of `same` name one person, and `names` expressions for
    others (小李, 甲公司); `not_kin` are those of `others` who are not of the family; `pronouns` stand for the last other named. `tells` has, for a fact and a value of it, the
    persons of whom their word says so (我爸 is a man). After a word of `objects` (带, 让, 给 …) a person is not the subject, unless `errands` match after it
    (帮我妈问); `asker_objects` are the fewer words after which 我 is not (我妈让我问), and where `narrates` matches after
    it (我想问) the asker only tells. `together` is an expression over <asker> and <other>.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._asker = frozenset(data["asker"])
        self._reflexive = frozenset(data.get("reflexive", ()))
        self._pronouns = frozenset(data["pronouns"])
        words = sorted(
            {*self._asker, *self._pronouns, *data["others"], *data["not_persons"]}, key=lambda w: (-len(w), w)
        )
        self._skipped = frozenset(data["not_persons"])
        self._same: dict[str, str] = {word: group[0] for group in data.get("same", ()) for word in group}
        names = [f"(?:{name})" for name in data.get("names", ())]
        self._word = re.compile("|".join([*map(re.escape, words), *names]))
        self._tells = {
            who: (fact, value)
            for fact, values in data.get("tells", {}).items()
            for value, persons in values.items()
            for who in persons
        }
        self._kin = {self._named(word) for word in data["others"]} - set(data.get("not_kin", ()))
        self._object = re.compile(f"(?:{'|'.join(map(re.escape, data['objects']))})$")
        self._asker_object = re.compile(f"(?:{'|'.join(map(re.escape, data['asker_objects']))})$")
        self._errand = re.compile(f"(?:{'|'.join(data['errands'])})")
        self._narrates = re.compile(data.get("narrates") or "(?!)")
        others = "|".join([*map(re.escape, sorted(data["others"], key=lambda w: (-len(w), w))), *names])
        asker = "|".join(map(re.escape, sorted(self._asker, key=lambda w: (-len(w), w))))
        together = (data.get("together") or "(?!)").replace("<asker>", f"(?:{asker})")
        self._together = re.compile(together.replace("<other>", f"(?:{others})"))
        self._recent = lru_cache(_RECENT)(lambda text: tuple(self._mentions(text)))

    def mentions(self, text: str) -> list[Mention]:
        """The persons who take over as subject, in order."""
        return list(self._recent(text))

    def _mentions(self, text: str) -> Iterator[Mention]:
        joint = list(self._together.finditer(text)) if self.others(text) else []
        words = [match for match in self._word.finditer(text) if not any(_in(match, each) for each in joint)]
        last_other = last_object = ASKER
        subject: Mention | None = None
        for match in sorted([*joint, *words], key=lambda each: each.start()):
            word = match[0]
            if word in self._skipped:
                continue
            other_before = last_other and word not in self._asker | self._pronouns
            if match in joint:
                subject = Mention(match.start(), match.end(), TOGETHER)
                inside = [each for each in self._word.finditer(word) if each[0] not in self._asker | self._pronouns]
                last_object = self._named(inside[-1][0]) if inside else last_object
                yield subject
                continue
            if subject is not None and word in self._asker and subject.end == match.start():
                continue  # 他自己 is he
            of_another = subject is not None and subject.who not in (ASKER, TOGETHER)
            if of_another and other_before and self._is_errand(text, match):
                continue  # 我家老二毕业了, 我替孩子打听: the same one
            if word in self._reflexive and subject is not None and subject.who != ASKER:
                continue  # 阿姐三月自己辞工的
            other = word not in self._asker and word not in self._pronouns
            if self._is_object(text, match, word in self._asker) or self._owns(text, match, subject):
                last_object = self._named(word) if other else last_object or (word if word in self._pronouns else ASKER)
                continue
            if word in self._reflexive and last_object:
                who = last_object
            elif word in self._asker:
                who = ASKER
            elif word in self._pronouns:
                who = next((each for each in (last_other, last_object) if each and self._may_be(word, each)), word)
            else:
                who = last_other = self._named(word)
            subject = Mention(match.start(), match.end(), who)
            yield subject

    def _owns(self, text: str, match: re.Match[str], subject: Mention | None) -> bool:
        """Whether a word of the asker only says whose a unit is, of which another is spoken of (小王是我们公司的; 换个学生, 也是我们高职的)."""
        if subject is None or subject.who == ASKER or match[0] not in self._asker:
            return False
        same_clause = not _CLAUSE_END.search(text, subject.end, match.start())
        belongs = _BELONGS.search(text[subject.end : match.start()])
        return bool(belongs) or (same_clause and bool(_UNIT.match(text, match.end())))

    def _may_be(self, pronoun: str, who: str) -> bool:
        """Whether a pronoun may mean a person: 她 is no 前夫 (but 他 is written for anyone)."""
        return pronoun != "她" or self._tells.get(who) != ("sex", "male")

    def told_of(self, who: str) -> tuple[str, str] | None:
        """The fact and its value that the word for a person tells, if any: 我爸 is a man."""
        return self._tells.get(who)

    def kin(self, who: str) -> bool:
        """Whether a person is of the asker's family: 孩子, not 同事."""
        return who in self._kin

    def named(self, text: str) -> bool:
        """Whether any person is mentioned, as subject or not."""
        return any(match[0] not in self._skipped for match in self._word.finditer(text))

    def words(self, text: str) -> list[str]:
        """The words of a text that name others than the asker, in any way."""
        apart = self._skipped | self._asker
        return [match[0] for match in self._word.finditer(text) if match[0] not in apart]

    def others(self, text: str) -> list[str]:
        """Whom but the asker a text names, as subject or not."""
        return list(dict.fromkeys(self._named(word) for word in self.words(text) if word not in self._pronouns))

    def _named(self, word: str) -> str:
        return self._same.get(word, word)

    def _is_object(self, text: str, match: re.Match[str], asker: bool) -> bool:
        if asker and self._narrates.match(text[match.end() : match.end() + _AFTER]):
            return True
        before = self._asker_object if asker else self._object
        if not before.search(text[max(0, match.start() - _BEFORE) : match.start()]):
            return False
        return asker or not self._errand.search(text[match.end() : match.end() + 6])

    def _is_errand(self, text: str, match: re.Match[str]) -> bool:
        """Whether one only asks for a person (替孩子打听打听)."""
        before = self._object.search(text[max(0, match.start() - _BEFORE) : match.start()])
        return bool(before and self._errand.search(text[match.end() : match.end() + 6]))

    @staticmethod
    def at(mentions: Sequence[Mention], place: int) -> str:
        """The person spoken of at a place: the last one to take over before it."""
        who = ASKER
        for mention in mentions:
            if mention.start > place:
                break
            who = mention.who
        return who


def _in(match: re.Match[str], joint: re.Match[str]) -> bool:
    return joint.start() <= match.start() < joint.end()
