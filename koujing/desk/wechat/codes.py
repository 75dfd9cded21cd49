"""What the platform's error codes mean and which error each becomes. The one place that knows them.

From the pages of the calls used here (`/doc/service/api/`, read 2026) and the platform's table of return codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from koujing.desk.wechat.errors import (
    ApiError,
    CapabilityError,
    ConfigurationError,
    ContentError,
    QuotaError,
    RecipientError,
    TokenError,
    TransientError,
)

__all__ = [
    "ACCOUNT_MAY_NOT",
    "BUSY",
    "DAY_USED_UP",
    "FOLLOWER_USED_UP",
    "FOLLOWER_WISH",
    "MEANING",
    "MINUTE_USED_UP",
    "TYPING_IGNORED",
    "refusal",
]

BUSY = -1
DAY_USED_UP, MINUTE_USED_UP = 45009, 45011
# Nothing more to this follower before a word from them.
FOLLOWER_USED_UP = frozenset({45015, 45047})
# This follower receives no messages, by own wish.
FOLLOWER_WISH = 48002
# Refused to the account as a whole.
ACCOUNT_MAY_NOT = frozenset({48001, 48004, 40200})
# Of the typing indicator: bad command, no contact within 30 seconds, typing already.
TYPING_IGNORED = frozenset({45072, 45080, 45081})

_LONGEST_DETAIL = 200

MEANING: Mapping[int, tuple[type[ApiError], str]] = {
    -1: (TransientError, "平台繁忙"),
    40001: (TokenError, "access_token 无效"),
    40014: (TokenError, "access_token 不合法"),
    42001: (TokenError, "access_token 已过期"),
    41001: (ConfigurationError, "没有带 access_token，请查看中控服务是否给了空的"),
    40013: (ConfigurationError, "AppID 不对，请核对 KOUJING_WECHAT_APPID"),
    40125: (ConfigurationError, "AppSecret 不对，请核对 KOUJING_WECHAT_SECRET"),
    40164: (ConfigurationError, "本服务器的 IP 不在白名单里，请在微信开发者平台的“IP白名单”中加上"),
    40243: (ConfigurationError, "AppSecret 被冻结，请在微信开发者平台解冻"),
    41002: (ConfigurationError, "缺少 AppID，请核对 KOUJING_WECHAT_APPID"),
    41004: (ConfigurationError, "缺少 AppSecret，请核对 KOUJING_WECHAT_SECRET"),
    50004: (ConfigurationError, "公众号被禁止使用接口"),
    50007: (ConfigurationError, "公众号已被冻结"),
    89503: (ConfigurationError, "本服务器的 IP 要等公众号管理员确认"),
    89506: (ConfigurationError, "管理员拒绝了本服务器的 IP，24 小时内不能再用"),
    89507: (ConfigurationError, "管理员拒绝了本服务器的 IP，1 小时内不能再用"),
    45009: (QuotaError, "今天的接口调用次数用完"),
    45011: (QuotaError, "这一分钟的接口调用次数用完"),
    45047: (QuotaError, "给这位粉丝的客服消息条数用完，等其再发消息"),
    # Also after unfollowing, but that cannot be told apart, and after a word from the follower all is well again.
    45015: (QuotaError, "对方太久没有来往（或已取消关注），等其再发消息"),
    40003: (RecipientError, "没有这位粉丝"),
    43004: (RecipientError, "对方没有关注公众号"),
    43019: (RecipientError, "对方在公众号的黑名单里"),
    50002: (RecipientError, "对方的微信号受限"),
    40033: (ContentError, "内容里有不合法的字符"),
    44002: (ContentError, "没有内容"),
    44004: (ContentError, "文字是空的"),
    45002: (ContentError, "文字超过 2048 字节"),
    45008: (ContentError, "图文超过一条"),
    45072: (ContentError, "输入状态的命令不对"),
    45080: (ContentError, "30 秒内没有来往，不能显示输入状态"),
    45081: (ContentError, "已经在显示输入状态"),
    40016: (ContentError, "菜单的按钮个数不对"),
    40017: (ContentError, "菜单的按钮类型不对"),
    40018: (ContentError, "菜单的按钮名称太长"),
    40019: (ContentError, "菜单的按钮 key 太长"),
    40020: (ContentError, "菜单的网址太长"),
    40023: (ContentError, "子菜单的按钮个数不对"),
    40025: (ContentError, "子菜单的按钮名称太长"),
    40026: (ContentError, "子菜单的按钮 key 太长"),
    40027: (ContentError, "子菜单的网址太长"),
    40054: (ContentError, "子菜单的网址不对"),
    40055: (ContentError, "菜单的网址不对"),
    45010: (ContentError, "菜单的个数超过限制"),
    46003: (ContentError, "还没有自定义菜单"),
    48001: (CapabilityError, "公众号没有这个接口的权限（多为未认证）"),
    48002: (CapabilityError, "对方关闭了接收消息"),
    48004: (CapabilityError, "公众号的接口被封禁"),
    40200: (CapabilityError, "这类账号不能用这个接口"),
}


def refusal(code: int, detail: str = "", hide: Iterable[str] = ()) -> ApiError:
    """The error that a code stands for, with what the platform says to it; an unknown code refuses the content.

    Args:
        code: the platform's `errcode`.
        detail: its `errmsg`, which tells for instance the address that is not listed.
        hide: tokens, secrets and openids that the text must not hold.
    """
    kind, meaning = MEANING.get(code, (ContentError, "没有见过的错误码"))
    for value in filter(None, hide):
        detail = detail.replace(value, "…")
    detail = "".join(c for c in detail[:_LONGEST_DETAIL] if c.isprintable())
    return kind(f"{meaning}（{code}{f'，{detail}' if detail else ''}）", code)
