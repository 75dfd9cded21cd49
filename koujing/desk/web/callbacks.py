"""A wish to be called back: kept with its number encrypted, and told in the conversation. Blocking."""

from __future__ import annotations

import datetime as dt

from koujing.desk.web.parts import WebParts
from koujing.desk.web.request import Callback

__all__ = ["keep_callback", "revoke_callback"]


def keep_callback(parts: WebParts, session_id: str, site: str, callback: Callback) -> tuple[str, dt.datetime]:
    """Keep it; its code, and until when it can be taken back.

    Raises:
        SessionGoneError: the session was removed.
    """
    phone = parts.cipher.encrypt(callback.phone)
    code, until = parts.callbacks.keep(session_id, site, phone, note=callback.note, day_part=callback.when)
    parts.events.notice(session_id, f"已留下回电请求，编号 {code}。10 分钟内可以撤回。")
    return code, until


def revoke_callback(parts: WebParts, session_id: str, code: str) -> None:
    """Take it back.

    Raises:
        CallbackGoneError, TooLateError: it is not this session's, or older than ten minutes.
    """
    parts.callbacks.revoke(session_id, code)
    parts.events.notice(session_id, f"已撤回回电请求 {code}。")
