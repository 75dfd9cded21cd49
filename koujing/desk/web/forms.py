"""Forms posted by a page: read within bounds, and only from a page of the desk's own."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from koujing.desk.errors import BadRequestError, NotFormError
from koujing.desk.request import read_body
from koujing.desk.web.cors import own_origin
from koujing.desk.web.errors import ForbiddenError

__all__ = ["check_own_page", "read_form"]

_MEDIA = "application/x-www-form-urlencoded"
# A character of Chinese takes nine bytes in a form; what is too long is to come back to who typed it.
_MOST_BYTES = 131_072
_MOST_FIELDS = 20
_OWN_SITES = ("same-origin", "none")


def check_own_page(request: Request) -> None:
    """Refuse a form that another website made the browser send (CSRF).

    Raises:
        ForbiddenError: the form is not of a page of the desk's own, or the browser does not say.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    told = origin is not None or site is not None
    if (
        not told
        or (origin is not None and origin != own_origin(request))
        or (site is not None and site not in _OWN_SITES)
    ):
        raise ForbiddenError("cross_site_form", "这次提交不是从本页面发出的。", "请打开咨询页，在页面里重新填写。")


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a form; of one that comes twice the last, as of buttons the one that was pressed.

    Raises:
        NotFormError, TooLargeError, BadRequestError: it is no form, or none of ours.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA:
        raise NotFormError
    body = await read_body(request, _MOST_BYTES)
    try:
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise BadRequestError("invalid_form", "表单读不出来。", "请刷新页面再试。") from error
    return dict(fields)
