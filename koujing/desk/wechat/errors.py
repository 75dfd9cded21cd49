"""What can go wrong with WeChat.

WeChatError
├── CallbackError            a callback that is not let in
└── ApiError                 a call to the platform that did not succeed
    ├── ConfigurationError   app id, secret or address list of this server is wrong; nothing can be sent
    ├── TokenError           the access token is refused, also after a new one was fetched
    ├── QuotaError           the platform's quota is used up, for the follower, the minute or the day
    ├── RecipientError       this follower cannot be reached
    ├── ContentError         the platform refuses what was to be sent
    ├── TransientError       the platform is busy or cannot be reached; the call was certainly not carried out
    ├── UncertainError       nobody can tell whether the call was carried out
    └── CapabilityError      the account, or the account towards this follower, may not do this
"""

from __future__ import annotations

from typing import Literal

__all__ = [
    "ApiError",
    "CallbackError",
    "CapabilityError",
    "ConfigurationError",
    "ContentError",
    "QuotaError",
    "Reason",
    "RecipientError",
    "TokenError",
    "TransientError",
    "UncertainError",
    "WeChatError",
]

Reason = Literal[
    "parameters",  # one is missing, given twice or too long
    "size",  # the body is too large
    "signature",
    "stale",  # the timestamp is not of now
    "replay",  # signed data used again for another message
    "mode",  # not encrypted, although the account is set up so
    "encrypt",  # cannot be decrypted
    "appid",  # encrypted for another account
    "xml",
    "to_user",  # for another account
    "openid",  # the query names another follower than the message
]


class WeChatError(Exception):
    """Base of every error of the WeChat connector."""


class CallbackError(WeChatError):
    """A callback that is not let in. `reason` is for metrics only: whoever called learns the status and nothing else."""

    def __init__(self, status: Literal[400, 403, 413], reason: Reason) -> None:
        self.status = status
        self.reason = reason
        super().__init__("callback refused")


# Of the API client.


class ApiError(WeChatError):
    """Base of every call that did not succeed. The text is Chinese and holds no token, secret or openid."""

    def __init__(self, said: str = "", code: int | None = None) -> None:
        self.code = code
        super().__init__(said)


class ConfigurationError(ApiError):
    """App id, secret or address list of this server is wrong; nothing can be sent."""


class TokenError(ApiError):
    """The access token is refused, also after a new one was fetched."""


class QuotaError(ApiError):
    """The platform's quota is used up, for the follower, the minute or the day."""


class RecipientError(ApiError):
    """This follower cannot be reached."""


class ContentError(ApiError):
    """The platform refuses what was to be sent."""


class TransientError(ApiError):
    """The platform is busy or cannot be reached. The call was certainly not carried out."""


class UncertainError(ApiError):
    """The call went out and no answer came that can be read: it was carried out, or it was not."""


class CapabilityError(ApiError):
    """The account, or the account towards this follower, may not do this."""
