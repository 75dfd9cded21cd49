"""Errors of the console, in the one JSON shape or as a page.

ApiError (koujing.desk.errors)
├── SignedOutError           401, nobody is signed in, or the session is over
├── WrongPasswordError       401, account or password is wrong
├── NotAllowedError          403, the role may not
├── CrossSiteError           403, the request does not come from a page of the console
├── InsecureError            403, the password would travel in the clear
├── PasswordChangeError      403, a password that someone else chose must be changed first
├── GoneError                404, there is no such thing any more
├── ConflictError            409, what is wanted no longer fits what is there
└── InputError               422, a field cannot be so; names the field
"""

from __future__ import annotations

from koujing.desk.console.permissions import role_names
from koujing.desk.errors import ApiError

__all__ = [
    "ConflictError",
    "CrossSiteError",
    "GoneError",
    "InputError",
    "InsecureError",
    "NotAllowedError",
    "PasswordChangeError",
    "SignedOutError",
    "WrongPasswordError",
]


class SignedOutError(ApiError):
    """Nobody is signed in, or the session is over."""

    status, code = 401, "signed_out"

    def __init__(self) -> None:
        super().__init__("还没有登录，或登录已过期。", "请重新登录；刚才提交的内容没有保存，登录后请再提交一次。")


class WrongPasswordError(ApiError):
    """Account or password is wrong; which of them is not told, nor whether the account is disabled."""

    status, code = 401, "wrong_password"

    def __init__(self) -> None:
        super().__init__("账号或密码不对。", "请核对后再试；忘记密码或账号停用，请找管理员。")


class NotAllowedError(ApiError):
    """The role may not."""

    status, code = 403, "not_allowed"

    def __init__(self, roles: frozenset[str]) -> None:
        super().__init__("您的角色不能做这件事。", f"需要的角色：{role_names(roles)}。请找管理员调整。")


class CrossSiteError(ApiError):
    """The request does not come from a page of the console, or the browser does not say."""

    status, code = 403, "cross_site"

    def __init__(self) -> None:
        super().__init__("这次提交不是从工作台页面发出的。", "请在工作台页面里操作；地址栏里的网址要和平时登录的一样。")


class InsecureError(ApiError):
    """The password would travel in the clear."""

    status, code = 403, "insecure"

    def __init__(self) -> None:
        super().__init__("这个地址没有加密，不能登录。", "请改用 https:// 开头的地址；没有的话请联系运维人员配置。")


class PasswordChangeError(ApiError):
    """A password that someone else chose must be changed first."""

    status, code = 403, "password_change_needed"

    def __init__(self) -> None:
        super().__init__("请先改掉初始密码。", "在“我的账号”里设置只有自己知道的密码，然后再用工作台。")


class GoneError(ApiError):
    """There is no such thing, or no more."""

    status, code = 404, "not_found"

    def __init__(self, message: str, hint: str = "可能已被删除，或地址不完整。") -> None:
        super().__init__(message, hint)


class ConflictError(ApiError):
    """What is wanted no longer fits what is there; someone else was faster."""

    status, code = 409, "conflict"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)


class InputError(ApiError):
    """A field cannot be so. A page shows it beside the field."""

    status, code = 422, "invalid_input"

    def __init__(self, field: str, message: str, hint: str) -> None:
        self.field = field
        super().__init__(message, hint)
