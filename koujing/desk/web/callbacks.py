"""A wish to be called back: kept with its number encrypted, and told in the conversation. Blocking."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from koujing.desk.web.parts import WebParts
from koujing.desk.web.request import Callback

__all__ = ["keep_callback", "revoke_callback"]


def keep_callback(parts: WebParts, session_id: str, site: str, callback: Callback) -> tuple[str, dt.datetime]:
    """Keep it; its code, and until when it can be taken back.

    Raises:
        SessionGoneError: the session was removed.
    """

    def tell(connection: Connection, code: str) -> None:
        notice = f"已留下回电请求，编号 {code}。10 分钟内可以撤回。"
        parts.events.add_notice(connection, session_id, notice)

    return parts.callbacks.keep(
        session_id,
        site,
        parts.cipher.encrypt(callback.phone),
        note=callback.note,
        day_part=callback.when,
        key=callback.key,
        also=tell,
    )


def revoke_callback(parts: WebParts, session_id: str, code: str) -> None:
    """Take it back.

    Raises:
        CallbackGoneError, TooLateError: it is not this session's, or older than ten minutes.
    """

    def tell(connection: Connection, code: str) -> None:
        parts.events.add_notice(connection, session_id, f"已撤回回电请求 {code}。")

    parts.callbacks.revoke(session_id, code, tell)
