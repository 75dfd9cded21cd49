"""One request to the platform and what came of it. What is secret in it reaches no log and no error."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from koujing.desk.wechat.codes import refusal
from koujing.desk.wechat.errors import ApiError, ContentError, TransientError, UncertainError

__all__ = ["exchange"]

# Nothing has left this machine when one of these is raised.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)

Answer = dict[str, Any]


async def exchange(
    http: httpx.AsyncClient,
    path: str,
    body: Mapping[str, Any] | None = None,
    *,
    query: Mapping[str, str] | None = None,
    hide: Iterable[str] = (),
) -> Answer:
    """Post the body, or get where there is none; the answer's JSON, whose `errcode` is absent or 0.

    Args:
        hide: what the text of an error must not hold.

    Raises:
        TransientError: the platform cannot be reached, or a server before it turns the request away.
        UncertainError: the request went out; what came of it cannot be told.
        ApiError: the platform refuses, as `codes` says.
    """
    _keep_secrets_from_logs()
    content = None if body is None else _json(body)
    headers = {} if content is None else {"Content-Type": "application/json; charset=utf-8"}
    try:
        response = await http.request(
            "GET" if body is None else "POST", path, content=content, headers=headers, params=query
        )
        failure = _http_failure(response)
    except httpx.HTTPError as error:
        failure = _sending_failure(error)
    # Raised here, as the error above carries its request, with the token in the address, to whoever prints it.
    if failure is not None:
        raise failure
    answer = _read(response)
    if answer.get("errcode", 0) != 0:
        raise refusal(answer["errcode"], str(answer.get("errmsg", "")), hide)
    return answer


def _json(body: Mapping[str, Any]) -> bytes:
    try:
        # The platform shows `\u…` as it stands.
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        failure = ContentError("文字里有不成对的代理字符")
    raise failure


def _sending_failure(error: httpx.HTTPError) -> ApiError:
    name = type(error).__name__
    if isinstance(error, _UNSENT):
        return TransientError(f"连不上平台（{name}）")
    return UncertainError(f"请求发出后没有收到回答（{name}）")


def _http_failure(response: httpx.Response) -> ApiError | None:
    if response.is_success:
        return None
    said = f"平台回答 HTTP {response.status_code}"
    return TransientError(said) if response.is_client_error else UncertainError(said)


def _read(response: httpx.Response) -> Answer:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("errcode", 0), int):
        raise UncertainError("平台的回答不是约定的 JSON")
    return answer


class _Scrub(logging.Filter):
    """httpx logs the address of every request, with its query."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_bare(arg) if isinstance(arg, httpx.URL) else arg for arg in record.args)
        return True


def _bare(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii').rpartition('@')[2]}{url.path}{'?…' if url.query else ''}"


_SCRUB = _Scrub()


def _keep_secrets_from_logs() -> None:
    logging.getLogger("httpx").addFilter(_SCRUB)
