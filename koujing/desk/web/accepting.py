"""From what a visitor sends to a message that is kept: a button is resolved to what it says from the reply it stands under."""

from __future__ import annotations

from koujing.desk.errors import BadRequestError
from koujing.desk.web.choices import chosen, receipt_of
from koujing.desk.web.request import Message
from koujing.store.events import Events

__all__ = ["accept"]


def accept(events: Events, session_id: str, region: str | None, message: Message) -> int:
    """Keep the message; its cursor. Blocking.

    Raises:
        BadRequestError: there is no such button in this session.
        MessageReusedError, SessionGoneError: as `Events.accept`.
    """
    label, says, length = _resolved(events, session_id, message)
    data = {"text": label, "says": says, "length": length, "region": region, "mode": message.mode}
    return events.accept(session_id, message.message_id, message.digest, data)


def _resolved(events: Events, session_id: str, message: Message) -> tuple[str, str, int]:
    """What is shown as said, what is said, and how long it is."""
    if message.option is None:
        text = message.text or ""
        return text, text, message.length
    found = events.receipt(session_id, receipt_of(message.option))
    choice = chosen(found[0], message.option) if found else None
    if found is None or choice is None:
        raise BadRequestError("unknown_option", "没有这个选项。", "只能用本次对话里答复的按钮。")
    # 第二个 means the newest list; from an older one the matter is called by its name.
    says = choice.label if choice.kind == "item" and not found[1] else choice.says
    return choice.label, says, len(says)
