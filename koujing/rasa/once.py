"""Makes Rasa hear each message once, and forget a turn in which it could not answer.

The desk sends a message again with the same id where it cannot know whether Rasa heard it: one of them died, or took too long.
What was answered is answered the same, without a second turn in the conversation. A turn without a reply, as when the action
server is down, is not kept: the message comes again, and must not stand there twice. And a turn that could not be kept is
not answered: Rasa's channel would hand on what was uttered before the error.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

__all__ = ["SaidBeforeError", "answered", "install", "said_before"]

_rasas_handle = MessageProcessor.handle_message
_rasas_log = MessageProcessor._handle_message_with_tracker
_rasas_save = MessageProcessor.save_tracker


class SaidBeforeError(Exception):
    """The conversation holds the message and these replies to it."""

    def __init__(self, replies: list[dict[str, Any]]) -> None:
        self.replies = replies
        super().__init__("heard before")


def install() -> None:
    """Put these in the place of Rasa's own methods, for the life of this process."""
    MessageProcessor.handle_message = _handle
    MessageProcessor._handle_message_with_tracker = _log
    MessageProcessor.save_tracker = _save


def said_before(events: Iterable[Any], id: str, text: str) -> list[dict[str, Any]]:
    """What was uttered in return for an earlier message of this id and these words; nothing where there was none."""
    said: list[dict[str, Any]] = []
    ours = False
    for event in events:
        if isinstance(event, UserUttered):
            if said:
                break
            ours = event.metadata.get("message_id") == id and event.text == text
        elif ours and isinstance(event, BotUttered) and (custom := (event.data or {}).get("custom")):
            said.append(custom)
    return said


def answered(events: Iterable[Any]) -> bool:
    """Whether something was said in return for the last message; true where it is none of the desk's."""
    for event in reversed(list(events)):
        if isinstance(event, BotUttered):
            return True
        if isinstance(event, UserUttered):
            return not event.metadata.get("message_id")
    return True


async def _handle(processor: MessageProcessor, message: UserMessage) -> list[dict[str, Any]] | None:
    try:
        handled: list[dict[str, Any]] | None = await _rasas_handle(processor, message)
        return handled
    except SaidBeforeError as before:
        for custom in before.replies:
            await message.output_channel.send_custom_json(message.sender_id, custom)
    except Exception:
        if isinstance(message.output_channel, CollectingOutputChannel):
            message.output_channel.messages.clear()
        raise
    return message.output_channel.messages if isinstance(message.output_channel, CollectingOutputChannel) else None


async def _log(processor: MessageProcessor, message: UserMessage, tracker: DialogueStateTracker) -> None:
    id = (message.metadata or {}).get("message_id")
    if id and (before := said_before(tracker.events, id, message.text)):
        raise SaidBeforeError(before)
    await _rasas_log(processor, message, tracker)


async def _save(processor: MessageProcessor, tracker: DialogueStateTracker) -> None:
    if answered(tracker.events):
        await _rasas_save(processor, tracker)
