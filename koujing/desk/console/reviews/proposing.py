"""Changes proposed by a form: an example, or the draft of a caliber. What comes of them waits for a patch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import InputError
from koujing.desk.console.permissions import ROLES
from koujing.desk.console.reading import text_field
from koujing.desk.console.reviews.choosing import Choices
from koujing.desk.console.reviews.examples import Example, ExampleFiles, intent_for
from koujing.knowledge.quotes import contains_quote
from koujing.private.mask import mask
from koujing.store.review_patches import Author

__all__ = ["LONGEST", "Proposal", "Proposing", "author", "seen"]

LONGEST: Mapping[str, int] = {"text": 400, "plain": 300, "quote": 300, "reason": 200, "title": 80, "example": 120}
_AUTHORS = ("policy_editor", "reviewer")
_SEEN = "yes"
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Proposal:
    """What a form proposes: the change's data and why; `warning` says what should be thought of."""

    data: Mapping[str, Any]
    reason: str
    warning: str | None = None


def author(staff: Staff) -> Author:
    """Who proposes, by the role that entitles to it."""
    return Author(staff.id, next((ROLES[role] for role in _AUTHORS if role in staff.roles), staff.role_names))


def seen(form: Mapping[str, str]) -> None:
    """Somebody looked whether personal data is in it.

    Raises:
        InputError: they did not say so.
    """
    if form.get("seen") != _SEEN:
        raise InputError(
            "seen", "还没有勾选“已核对没有个人信息”。", "号码会自动遮盖，姓名、单位和住址要由人核对、删去。"
        )


class Proposing:
    """Reads the forms. Blocking: what is written already is read from the files."""

    def __init__(self, choices: Choices, files: ExampleFiles) -> None:
        self._choices, self._files = choices, files

    def example(self, form: Mapping[str, str]) -> Proposal:
        """A training example.

        Raises:
            InputError: a label is missing, or the sentence may not be learnt from.
        """
        text = _SPACE.sub(" ", text_field(form, "text", "例句", most=LONGEST["example"]))
        reason = mask(text_field(form, "reason", "理由", most=LONGEST["reason"]))
        right = self._choices.right(form)
        if right.matter is None:
            raise InputError("matter", "还没有选事项。", "例句要有正确的事项；范围外的选它的种类。")
        intent = intent_for(self._choices.knowledge, right.matter, right.aspect or "")
        if intent is None:
            raise InputError("aspect", "还没有选方面。", "事项的例句要说明问的是哪一方面。")
        example = Example(text, right.matter, intent)
        self._files.check(example)
        seen(form)
        near = self._files.warning(example)
        warning = f"训练例句里有一句很像的：“{near}”。" if near else None
        if not self._files.evaluation_is_here:
            warning = "本机没有评测题，合并前请核对它不在 tests/evaluation 里。"
        return Proposal({"text": text, "topic": example.topic, "intent": intent}, reason, warning)

    def draft(self, form: Mapping[str, str], interpretation: str | None = None) -> Proposal:
        """The draft of a caliber.

        Raises:
            InputError: the provision, the wording or what it rests on is missing, or the quote is not in the clause.
        """
        region, _, matter = form.get("provision", "").partition(".")
        if (region, matter) not in self._choices.knowledge.provisions:
            raise InputError("provision", "还没有选写进哪份规定。", "请选地区和事项；没有的，要先由政策编辑新建文件。")
        aspect = form.get("aspect", "")
        if aspect not in self._choices.knowledge.wordings["aspects"]:
            raise InputError("aspect", "还没有选方面。", "口径按方面写，请从列表里选。")
        text = _line(text_field(form, "text", "口径", most=LONGEST["text"]))
        plain = _line(text_field(form, "plain", "简单说法", most=LONGEST["plain"]))
        if len(text) < 6 or len(plain) < 4:
            raise InputError("text", "口径太短了。", "口径至少 6 个字，简单说法至少 4 个字。")
        for field, said in (("text", text), ("plain", plain)):
            if mask(said) != said:
                raise InputError(field, "口径里有像证件号、银行卡号或手机号的数字。", "请删去。")
        clause = form.get("clause", "")
        known = self._choices.knowledge.clauses.get(clause)
        if known is None:
            raise InputError("clause", "还没有选依据哪一条。", "每条口径都要有条款和原文；请选最接近的一条。")
        quote = _line(text_field(form, "quote", "原文", most=LONGEST["quote"]))
        if len(quote) < 2 or not contains_quote(known.text, quote):
            raise InputError("quote", "这段原文不在所选的条款里。", "请从条款里照抄（繁简、全半角不计）。")
        reason = mask(text_field(form, "reason", "理由", most=LONGEST["reason"]))
        data = {
            "region": region, "matter": matter, "aspect": aspect, "text": text, "plain": plain,
            "cites": [{"clause": clause, "quote": quote}],
        }  # fmt: skip
        return Proposal({**data, **({"interpretation": interpretation} if interpretation else {})}, reason)


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
