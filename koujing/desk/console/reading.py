"""What a page of the console posts, read within bounds."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

from koujing.desk.console.errors import InputError
from koujing.desk.errors import BadRequestError, NotFormError
from koujing.desk.request import read_body

__all__ = ["read_form", "text_field"]

_MEDIA = "application/x-www-form-urlencoded"
_MOST_BYTES = 262_144
_MOST_FIELDS = 400


async def read_form(request: Request) -> Mapping[str, list[str]]:
    """The fields of a form, each with its values in the order sent.

    Raises:
        NotFormError, TooLargeError, BadRequestError: it is no form, or none of ours.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA:
        raise NotFormError
    body = await read_body(request, _MOST_BYTES)
    try:
        return parse_qs(
            body.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise BadRequestError("invalid_form", "表单读不出来。", "请刷新页面再试。") from error


def text_field(form: Mapping[str, str], field: str, label: str, *, most: int, needed: bool = True) -> str:
    """One line or more that a person typed, without what no person types.

    Raises:
        InputError: there is nothing in it though needed, or it is too long.
    """
    given = form.get(field, "")
    text = "".join(c for c in given if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if needed and not text:
        raise InputError(field, f"还没有填{label}。", f"{label}是必填的，最多 {most} 字。")
    if len(text) > most:
        raise InputError(field, f"{label}有 {len(text)} 字，太长了。", f"最多 {most} 字。")
    return text
