"""What people fill in about a ticket, read within bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from koujing.desk.console.assist.places import Places
from koujing.desk.console.errors import InputError
from koujing.desk.console.reading import text_field
from koujing.desk.console.tickets.naming import PRIORITIES
from koujing.desk.console.tickets.offices import Offices
from koujing.desk.errors import BadRequestError
from koujing.desk.web.request import parse_callback
from koujing.knowledge.base import Knowledge
from koujing.private.mask import mask
from koujing.store.codes import normal_code

__all__ = ["MOST", "Forms", "key_of", "version_of"]

Form = Mapping[str, str]

MOST = {"title": 80, "question": 2000, "note": 1000, "reason": 300, "phone": 30, "region": 30, "receipt": 20}
_KEY = re.compile(r"[A-Za-z0-9-]{8,60}")


class Forms:
    """Reads what a ticket is about."""

    def __init__(self, knowledge: Knowledge, offices: Offices) -> None:
        self._knowledge, self._offices, self._places = knowledge, offices, Places(knowledge)

    def fields(self, form: Form) -> dict[str, Any]:
        """The columns that a form gives; numbers of persons in them are masked.

        Raises:
            InputError: a field cannot be so.
        """
        return {
            "title": mask(text_field(form, "title", "标题", most=MOST["title"]).replace("\n", " ")),
            "question": mask(text_field(form, "question", "问题", most=MOST["question"])),
            "region": self._region(form),
            "matter": _one_of(form, "matter", self._knowledge.matters, "事项", needed=False),
            "clause": _one_of(form, "clause", self._knowledge.clauses, "条款", needed=False),
            "receipt": _receipt(form),
            "kind": _one_of(form, "kind", self._offices.kinds, "类别"),
            "priority": _one_of(form, "priority", PRIORITIES, "轻重"),
        }

    def office(self, form: Form, matter: str | None, region: str | None) -> str | None:
        """The office that is chosen; by the matter, where that is chosen; None where nobody is to have it yet.

        Raises:
            InputError: there is none of this id.
        """
        chosen = form.get("office", "")
        if chosen == "auto":
            return self._offices.owner(matter, region).id
        if chosen and self._offices.get(chosen) is None:
            raise InputError("office", "没有这个科室。", "请从列表里选。")
        return chosen or None

    @staticmethod
    def phone(form: Form) -> str | None:
        """A telephone number in its plain form; None where none is given.

        Raises:
            InputError: it is none.
        """
        typed = text_field(form, "phone", "电话号码", most=MOST["phone"], needed=False)
        if not typed:
            return None
        try:
            return parse_callback({"phone": typed, "consent": True}).phone
        except BadRequestError as error:
            raise InputError("phone", error.message, error.hint) from error

    def _region(self, form: Form) -> str | None:
        typed = text_field(form, "region", "地区", most=MOST["region"], needed=False)
        if not typed:
            return None
        found = self._places.find(typed)
        exact = [one for one in found if one["name"] == typed or self._knowledge.regions.name(one["id"]) == typed]
        fits = exact or found
        if len(fits) == 1:
            return str(fits[0]["id"])
        hint = (
            "是不是：" + "、".join(one["name"] for one in fits[:5]) + "？"
            if fits
            else "请写地区名，如 葫芦岛市；不清楚就不填。"
        )
        raise InputError("region", f"{'有几个' if fits else '没有'}“{typed}”这个地区。", hint)


def version_of(form: Form) -> int:
    """The version that a form was made for.

    Raises:
        InputError: it names none.
    """
    given = form.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise InputError("version", "这次提交不完整。", "请刷新页面再试。")
    return int(given)


def key_of(form: Form) -> str:
    """The name of a submission: what is sent twice is done once.

    Raises:
        InputError: it has none.
    """
    key = form.get("key", "")
    if not _KEY.fullmatch(key):
        raise InputError("key", "这次提交没有编号。", "请刷新页面再试。")
    return key


def _one_of(form: Form, field: str, known: Mapping[str, Any], label: str, *, needed: bool = True) -> str | None:
    value = form.get(field, "")
    if not value and not needed:
        return None
    if value not in known:
        raise InputError(field, f"还没有选{label}。" if not value else f"没有这个{label}。", "请从列表里选。")
    return value


def _receipt(form: Form) -> str | None:
    typed = text_field(form, "receipt", "回执", most=MOST["receipt"], needed=False)
    if not typed:
        return None
    code = normal_code(typed)
    if code is None:
        raise InputError("receipt", f"“{typed}”不是回执编号。", "回执是 12 位字母和数字；没有就不填。")
    return code
