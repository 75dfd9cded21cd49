"""Errors that a caller of the desk gets, all in one JSON shape.

ApiError                     {"error": {"code", "message", "hint"}} with its HTTP status
├── BadRequestError          400, the code says what is wrong
├── UnauthorizedError        401
├── NotFoundError            404
├── MethodNotAllowedError    405
├── MessageConflictError     409, a message_id used again for another message
├── CutOffError              400, the body did not arrive whole
├── TooLargeError            413
├── UriTooLongError          414
├── NotJsonError             415
├── NotFormError             415, a page's form is not sent as one
├── TooManyRequestsError     429 with Retry-After
├── HeadersTooLargeError     431
└── UnavailableError         503 with Retry-After, Rasa or the action server is down, or has too much to do
    └── StoreDownError       503 with Retry-After, the database cannot be reached or has no room
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

__all__ = [
    "ApiError",
    "BadRequestError",
    "CutOffError",
    "HeadersTooLargeError",
    "MessageConflictError",
    "MethodNotAllowedError",
    "NotFormError",
    "NotFoundError",
    "NotJsonError",
    "StoreDownError",
    "TooLargeError",
    "TooManyRequestsError",
    "UnauthorizedError",
    "UnavailableError",
    "UriTooLongError",
    "api_error",
    "http_error",
    "store_down",
    "unexpected_error",
]

log = logging.getLogger(__name__)

_RETRY_SECONDS = 5


class ApiError(Exception):
    """Base of every error that a caller gets."""

    status = 500
    code = "internal"

    def __init__(self, message: str, hint: str, *, headers: Mapping[str, str] | None = None) -> None:
        self.message, self.hint, self.headers = message, hint, dict(headers or {})
        super().__init__(message)

    def response(self) -> JSONResponse:
        """The error as the caller gets it."""
        body = {"error": {"code": self.code, "message": self.message, "hint": self.hint}}
        return JSONResponse(body, self.status, {"Cache-Control": "no-store", **self.headers})


class BadRequestError(ApiError):
    """The request itself is wrong; `code` says in what."""

    status = 400

    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code = code
        super().__init__(message, hint)


class UnauthorizedError(ApiError):
    """No key, or a wrong one."""

    status, code = 401, "unauthorized"

    def __init__(self) -> None:
        super().__init__(
            "没有密钥，或密钥不对。",
            "请带上请求头 Authorization: Bearer <密钥>。",
            headers={"WWW-Authenticate": "Bearer"},
        )


class NotFoundError(ApiError):
    """There is nothing at this address."""

    status, code = 404, "not_found"


class MethodNotAllowedError(ApiError):
    """The address exists, the method does not."""

    status, code = 405, "method_not_allowed"


class MessageConflictError(ApiError):
    """A message_id of a session came again with another message."""

    status, code = 409, "message_id_reused"

    def __init__(self) -> None:
        super().__init__(
            "这个 message_id 在本会话中已用于另一条消息。", "重发同一条消息时内容要一样；新消息请用新的 message_id。"
        )


class TooLargeError(ApiError):
    """The body is over the hard cap."""

    status, code = 413, "body_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"请求体超过 {limit} 字节。", "请缩短内容后重试。")


class CutOffError(ApiError):
    """The body did not arrive whole; nobody is there to read this."""

    status, code = 400, "cut_off"

    def __init__(self) -> None:
        super().__init__("请求体没有传完，连接就断了。", "请重新发送。")


class UriTooLongError(ApiError):
    """Path and query together are too long."""

    status, code = 414, "uri_too_long"

    def __init__(self, limit: int) -> None:
        super().__init__(f"网址超过 {limit} 字节。", "请缩短网址里的参数；长内容放在请求体里。")


class HeadersTooLargeError(ApiError):
    """The headers are too many, or too long together."""

    status, code = 431, "headers_too_large"

    def __init__(self) -> None:
        super().__init__("请求头太多或太长。", "请去掉不需要的请求头和 Cookie。")


class NotJsonError(ApiError):
    """The body does not say that it is JSON."""

    status, code = 415, "unsupported_media_type"

    def __init__(self) -> None:
        super().__init__("请求体要用 JSON。", "请带上请求头 Content-Type: application/json。")


class NotFormError(ApiError):
    """The body does not say that it is a form."""

    status, code = 415, "unsupported_media_type"

    def __init__(self) -> None:
        super().__init__("请求体要用网页表单。", "请求头 Content-Type 应为 application/x-www-form-urlencoded。")


class TooManyRequestsError(ApiError):
    """The quota of the key or of the address is used up."""

    status, code = 429, "too_many_requests"

    def __init__(self, seconds: int) -> None:
        super().__init__("请求太频繁。", f"请 {seconds} 秒后再试。", headers={"Retry-After": str(seconds)})


class UnavailableError(ApiError):
    """Rasa or the action server is down, slow or silent."""

    status, code = 503, "unavailable"

    def __init__(
        self, message: str = "问答服务暂时不可用。", hint: str = "请稍后再试；持续如此请查看 /health。"
    ) -> None:
        super().__init__(message, hint, headers={"Retry-After": str(_RETRY_SECONDS)})


class StoreDownError(UnavailableError):
    """Nothing can be read or kept: the database is away, locked for long, or its disk is full."""

    def __init__(self) -> None:
        super().__init__("暂时不能保存，这次的内容没有收下。", "请稍后原样再试；持续如此请联系维护人员。")


async def api_error(_request: Request, error: Exception) -> JSONResponse:
    """Starlette's handler of `ApiError`."""
    assert isinstance(error, ApiError)
    return error.response()


async def store_down(_request: Request, error: Exception) -> JSONResponse:
    """Starlette's handler of the database's errors that pass."""
    log.error("the database does not serve: %s", type(getattr(error, "orig", None) or error).__name__)
    return StoreDownError().response()


async def http_error(request: Request, error: Exception) -> JSONResponse:
    """Starlette's handler of its own errors: unknown address, wrong method."""
    assert isinstance(error, HTTPException)
    if error.status_code == MethodNotAllowedError.status:
        allowed = (error.headers or {}).get("Allow", "")
        wrong = MethodNotAllowedError(
            f"{request.url.path} 不接受 {request.method}。", f"可用的方法：{allowed}。", headers=error.headers
        )
        return wrong.response()
    if error.status_code == NotFoundError.status:
        return NotFoundError(f"没有 {request.url.path} 这个地址。", "全部地址见 /openapi.json。").response()
    log.error("unforeseen HTTP error %s at %s", error.status_code, request.url.path)
    return await unexpected_error(request, error)


async def unexpected_error(_request: Request, _error: Exception) -> JSONResponse:
    """Starlette's handler of everything else, which it also logs with its traceback."""
    return ApiError("服务内部出错。", "已记录。请稍后再试；持续如此请联系维护人员。").response()
