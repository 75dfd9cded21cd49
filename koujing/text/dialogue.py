"""What steers a conversation: acts (为什么问这个, 跳过, 上一步), corrections, yes and no, picks from a list (第二个)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from koujing.text.asking_words import AskingWords
from koujing.text.numerals import parse_numeral

__all__ = ["DialogueWords"]

_CLAUSE = re.compile(r"[,。!?;~\s]+")
_AND_A_HALF = 1.5
_FIGURE = re.compile(r"[\d零一二两三四五六七八九十百千万半俩仨]")
_WHAT_OF = re.compile(r"(?:那么?|咁)?[^,。!?]{1,9}呢")
_FEW = 4
# 公司都参加了,就我没有: what one clause repeats another denies.
_DENIAL = re.compile("[没不未冇唔]")
# 补助金?没有没有: what was asked, said once more before it is answered.
_ASKED_AGAIN = re.compile(r"[^,。!?]{1,10}\?\s*(?P<rest>[^?]{2,})")
_BESIDES = re.compile(r"除了?[^,。!?]{1,10}?(?:之外|以外|外)?(?=还|另|再|其他|别的)")
_TURNING = frozenset({"back", "change", "cancel", "skip", "unknown"})
# The entries of the file that are one expression each.
_EXPRESSIONS = (
    "correction",
    "instead",
    "agreed",
    "denied",
    "affirmed",
    "unsure",
    "asking",
    "ordinal",
    "same_again",
    "screens",
    "likewise",
    "supposes",
    "if",
    "actually",
    "whom",
    "desperate",
    "points_back",
    "found_out",
    "introduces",
    "next_case",
    "farewell",
    "outright",
    "further",
    "takes_back",
    "bare",
    "hands_over",
    "turns_away",
    "offers_answers",
    "starts_over",
    "former",
    "latter",
    "same_question",
)
_EDGE = " 。,，.!！~、;；:…"


class DialogueWords:
    """The expressions of `policies/dialogue.yml`, compiled. Texts are normalised before they come here."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        fillers = data["fillers"]
        self._longest = int(data["longest"])
        self._acts = {
            act: re.compile(f"{fillers}(?:{words}){fillers}", re.IGNORECASE) for act, words in data["acts"].items()
        }
        self._fillers = re.compile(f"^{fillers}")
        self._words = {name: re.compile(data[name], re.IGNORECASE) for name in _EXPRESSIONS}
        self._echo = re.compile(
            f"{fillers}(?:我们?|俺们?|咱们?|他|她|佢|我家|家里|单位|公司|都|也|全|肯定|确实|当然|绝对|早就?|已经?|就|倒是|一直|自然)*"
            f"(?P<no>不|没有?|未|冇)?(?P<said>{'|'.join(map(re.escape, data['predicates']))})(?:了|过|的|着|上|啊|呢|呀|哈|嘞|嘅|咗)*"
        )
        self._contrasts = [re.compile(words) for words in data["contrasts"]]
        self.asks_for = AskingWords(data["asks_for"])
        self.hush = frozenset(data["hush"])
        self.offered = tuple(data["offered"])

    def short(self, text: str) -> bool:
        """Whether a message is short enough to be a mere act or answer."""
        return bool(text) and len(text) <= self._longest

    def acts(self, text: str, *, wholly: bool = False) -> frozenset[str]:
        """Every act that a message may be: why, unknown, skip, back, change, cancel, plain, because.

        A clause is enough; but where `wholly`, an act that turns from what is talked of must be all of the message
        (那退一步 may begin a question).
        """
        if not self.short(text):
            return frozenset()
        parts = [part for part in _CLAUSE.split(text) if part]
        clauses = parts if len(parts) > 1 else []
        return frozenset(
            act
            for act, words in self._acts.items()
            if any(words.fullmatch(part) for part in [text, *(() if wholly and act in _TURNING else clauses)])
        )

    def corrected(self, text: str, *, weakly: bool = False) -> str | None:
        """What holds instead, where a message sets something right (不对，是32人); None otherwise.

        `weakly` takes words that may begin an answer too (不是，是32人).
        """
        match = (self._words["instead"] if weakly else self._words["correction"]).match(text)
        return match["rest"].strip(_EDGE) or None if match and len(text) <= 2 * self._longest else None

    def contrasted(self, text: str) -> tuple[str, str] | None:
        """What was wrong and what holds instead, where a message sets both side by side (不是三个月，是五个月)."""
        plain = text.replace("唔系", "不是").replace("系", "是")
        for contrast in self._contrasts:
            if match := contrast.search(plain):
                return match["old"].strip(_EDGE), match["rest"].strip(_EDGE)
        return None

    def actually(self, text: str) -> str | None:
        """What holds in fact, where a message says so after something was only supposed (我实际就是9个月)."""
        match = self._words["actually"].search(text)
        return match["rest"].strip(_EDGE) or None if match else None

    def asks(self, text: str) -> bool:
        """Whether a message asks something, so that it is no mere answer."""
        return bool(self._words["asking"].search(text))

    def yes_or_no(self, text: str) -> bool | None:
        """What a short message says to a yes/no question; None where it says neither, or is unsure."""
        contrast = self.contrasted(text)
        if contrast and all(_FIGURE.search(each) for each in contrast):
            return None  # a figure set right: 是66年2月, 不是12月
        text = self._fillers.sub("", text.strip(_EDGE)) or text.strip(_EDGE)
        if not self.short(text) or self.asks(text) or self._words["unsure"].search(text) or self.farewell(text):
            return None
        if self._words["agreed"].search(text):
            return True
        return False if self._words["denied"].search(text) else True if self._words["affirmed"].search(text) else None

    def unsure(self, text: str) -> bool:
        """Whether a message is unsure of what it says (也许, 好像是)."""
        return bool(self._words["unsure"].search(text))

    def outright_yes_or_no(self, text: str) -> bool:
        """Whether a message is a yes or no and nothing more (是的, 有, 冇)."""
        text = text.strip(_EDGE)
        return self.short(text) and bool(
            self._words["bare"].fullmatch(self._fillers.sub("", text).strip(_EDGE) or text)
        )

    def farewell(self, text: str) -> bool:
        """Whether a message thanks or takes note (得嘞, 我告诉他去) and does not begin with an answer."""
        return bool(self._words["farewell"].search(text)) and not self._words["outright"].search(text)

    def only_thanks(self, text: str) -> bool:
        """Whether a message is hardly more than thanks (那中, 麻烦您了)."""
        rest = re.sub(r"\W", "", self._words["farewell"].sub("", text))
        return self.farewell(text) and len(rest) <= _FEW and not self.asks(text)

    def ordinal(self, text: str, *, bare: bool) -> int | None:
        """Which of a list is picked, from 1: 第二个; where `bare`, 2 alone too."""
        match = self._words["ordinal"].match(text.strip(_EDGE + "?？"))
        if match and match["first"]:
            return 1
        said = match and (match["sure"] or (match["bare"] if bare else None))
        number = parse_numeral(said) if said else None
        return int(number) if number else None

    def without_echo(self, text: str) -> str:
        """An answer without the question that it says once more first (补助金?没有没有)."""
        match = _ASKED_AGAIN.fullmatch(text)
        return match["rest"] if match and not self.asks(match["rest"]) else text

    def besides(self, text: str) -> str:
        """A question without what it says is known already (除了稳岗还有啥)."""
        return _BESIDES.sub("", text)

    def screens(self, text: str) -> bool:
        """Whether a question asks for everything one could get (还有什么补贴能领)."""
        return bool(self._words["screens"].search(text))

    def desperate(self, text: str) -> bool:
        """Whether a message speaks of ending a life (活不下去了)."""
        return bool(self._words["desperate"].search(text))

    def hands_over(self, text: str) -> bool:
        """Whether a message wants a person to answer, whatever else it says (算了转人工吧, 说不清楚)."""
        return self.short(text) and bool(self._words["hands_over"].search(text))

    def turns_away(self, text: str) -> bool:
        """Whether a message drops what is talked of before it asks something else (不说这个了, 说说…)."""
        return bool(self._words["turns_away"].match(text))

    def offers_answers(self, text: str) -> bool:
        """Whether a message asks to be asked (您问我答吧), so that its case is to be decided."""
        return bool(self._words["offers_answers"].search(text))

    def starts_over(self, text: str) -> bool:
        """Whether a message wants all that was told forgotten (我拿错表了，全部清掉从头来)."""
        match = self._words["starts_over"].search(text) if len(text) <= _AND_A_HALF * self._longest else None
        return match is not None and not self.asks(_CLAUSE.split(text[: match.end()].rstrip(_EDGE))[-1])

    def of_two(self, text: str) -> int | None:
        """Which of the things asked about in one message a further question is about: 0 the first, 1 the second, -1 the last."""
        if self._words["former"].match(text):
            return 0
        match = self._words["latter"].match(text)
        return None if match is None else 1 if match["second"] else -1

    def same_question(self, text: str) -> bool:
        """Whether a message asks the same question of another case (另一来电，…，同问)."""
        return bool(self._words["same_question"].search(text))

    def echoed(self, text: str, question: str) -> bool | None:
        """What an answer says by a clause that repeats what the question asks (我都符合, 参保的, 没登记)."""
        clauses = [clause for clause in _CLAUSE.split(text) if self.short(clause)]
        said = {clause: self._echo.fullmatch(clause) for clause in clauses}
        told = {match["no"] is None for match in said.values() if match and set(match["said"]) <= set(question)}
        beside = any(_DENIAL.search(clause) for clause, match in said.items() if match is None)
        return told.pop() if len(told) == 1 and not (beside or self.asks(text)) else None

    def likewise(self, text: str) -> bool:
        """Whether a question asks if the same holds (深圳也这么算吗)."""
        return bool(self._words["likewise"].search(text))

    def supposes(self, text: str) -> bool:
        """Whether a question puts a case otherwise (要是明年才申请呢)."""
        return len(text) <= _AND_A_HALF * self._longest and bool(self._words["supposes"].search(text))

    def supposed(self, text: str) -> str:
        """What a question supposes, as if it were so: 要是评上国家级呢 without its 要是."""
        return self._words["if"].sub("", text)

    def further(self, text: str) -> int:
        """1 where a question supposes a figure on top of the one told (再多裁两个), -1 off it, 0 where it tells the whole."""
        match = self._words["further"].search(text)
        return 0 if match is None else -1 if match["less"] else 1

    def takes_back(self, text: str) -> bool:
        """Whether a message takes back what was only supposed before it (没有没有，实际就裁了俩; 就5个)."""
        return bool(self._words["takes_back"].match(text))

    def what_of(self, text: str) -> bool:
        """Whether a question asks the same of another kind (那中小微的呢)."""
        return bool(_WHAT_OF.fullmatch(text.strip(_EDGE + "?")))

    def whom(self, text: str) -> bool:
        """Whether a question asks for whom something is (都有哪些人能领), and not what there is."""
        return self.short(text) and bool(self._words["whom"].search(text))

    def found_out(self, text: str) -> bool:
        """Whether a message says where something now told was found (离职证明翻出来了，上头写的是…)."""
        return bool(self._words["found_out"].search(text))

    def introduces(self, word: str) -> bool:
        """Whether a word for a person introduces one not spoken of before (还有个小伙)."""
        return bool(self._words["introduces"].match(word))

    def next_case(self, text: str) -> bool:
        """Whether a message turns to the case of somebody else (下一个 兴城企业 参保90人)."""
        return bool(self._words["next_case"].match(text))

    def points_back(self, text: str) -> bool:
        """Whether a question points at something said before (那个日子, 这笔钱)."""
        return bool(self._words["points_back"].search(text))

    def same_again(self, text: str) -> bool:
        """Whether words, places and persons taken out, ask just the same again (那…呢)."""
        return bool(self._words["same_again"].fullmatch(re.sub(r"[^\w]", "", text)))
