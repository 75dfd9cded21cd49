"""Errors of the website's API, in the one JSON shape.

ApiError (koujing.desk.errors)
├── ForbiddenError           403, the page that asks may not
├── SessionError             401, the token is none of ours, or its session is over
└── TooLateError             409, it can no longer be taken back
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from koujing.desk.errors import ApiError, MessageConflictError, NotFoundError, StoreDownError
from koujing.store.errors import STORE_DOWN, CallbackGoneError, MessageReusedError, SessionGoneError
from koujing.store.errors import TooLateError as TooLateInStoreError

__all__ = [
    "ForbiddenError",
    "SessionError",
    "TooLateError",
    "UnknownSiteError",
    "invalid_session",
    "origin_not_allowed",
    "session_expired",
    "told",
    "wrong_site",
]


class ForbiddenError(ApiError):
    """The page that asks may not."""

    status = 403

    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code = code
        super().__init__(message, hint)


class SessionError(ApiError):
    """The token is none of ours, or its session is over."""

    status = 401

    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code = code
        super().__init__(message, hint, headers={"WWW-Authenticate": "Bearer"})


class UnknownSiteError(NotFoundError):
    """There is no such site."""

    code = "unknown_site"

    def __init__(self, site: str) -> None:
        super().__init__(f"没有 {site:.40} 这个网站。", "请核对 data-site；网站登记在 sites.yml。")


class TooLateError(ApiError):
    """It can no longer be taken back."""

    status, code = 409, "too_late"

    def __init__(self) -> None:
        super().__init__("回电请求留下已超过 10 分钟，不能在这里撤回。", "需要取消时，接到回电说明即可。")


def origin_not_allowed(origin: str | None) -> ForbiddenError:
    """The page's origin is missing, or in no site's list."""
    if origin is None:
        return ForbiddenError(
            "origin_not_allowed", "缺少请求头 Origin。", "请从登记过的网页里使用；程序请用 /api/v1/ask。"
        )
    return ForbiddenError("origin_not_allowed", f"{origin:.100} 不能使用咨询窗。", "请把它写进 sites.yml 的 origins。")


def wrong_site(site: str) -> ForbiddenError:
    """The token or the request is for a site that this page is not part of."""
    return ForbiddenError("wrong_site", f"这个网页不属于网站 {site:.40}。", "会话只能在打开它的网站上使用。")


def invalid_session() -> SessionError:
    """The token is none of ours."""
    return SessionError("invalid_session", "没有会话凭证，或凭证不对。", "请重新打开对话。")


def session_expired() -> SessionError:
    """Nothing was said for long, or the conversation was cleared."""
    return SessionError("session_expired", "这次对话已过期或已清除。", "请重新打开对话。")


@contextmanager
def told() -> Iterator[None]:
    """Errors of the store, told as errors of the API."""
    try:
        yield
    except SessionGoneError as error:
        raise session_expired() from error
    except MessageReusedError as error:
        raise MessageConflictError from error
    except CallbackGoneError as error:
        raise NotFoundError("本次对话里没有这个回电请求。", "请核对编号；撤回过的不用再撤回。") from error
    except TooLateInStoreError as error:
        raise TooLateError from error
    except STORE_DOWN as error:
        raise StoreDownError from error
