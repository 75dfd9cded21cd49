"""A message is heard once, and a turn without a reply is not kept: on Rasa's own processor with an action that the test plays."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from koujing.rasa import once

pytestmark = pytest.mark.anyio


def user(id: str | None, text: str) -> UserUttered:
    return UserUttered(text, metadata={"message_id": id} if id else {})


def bot(text: str) -> BotUttered:
    return BotUttered(data={"custom": {"reply": {"text": text}}})


def test_what_was_said_before_is_found() -> None:
    events = [user("a", "问"), bot("一"), bot("二"), user("b", "再问"), bot("三")]
    assert once.said_before(events, "a", "问") == [{"reply": {"text": "一"}}, {"reply": {"text": "二"}}]
    assert once.said_before(events, "b", "再问") == [{"reply": {"text": "三"}}]
    assert once.said_before(events, "a", "别的") == []
    assert once.said_before(events, "c", "问") == []


def test_a_turn_that_came_to_nothing_is_no_answer() -> None:
    events = [user("a", "问"), user("b", "再问"), bot("三"), user("a", "问"), bot("一")]
    assert once.said_before(events, "a", "问") == [{"reply": {"text": "一"}}]


@pytest.mark.parametrize(
    ("events", "so"),
    [
        ([], True),
        ([user("a", "问")], False),
        ([user("a", "问"), ActionExecuted("action_answer")], False),
        ([user("a", "问"), bot("一")], True),
        ([user("a", "问"), bot("一"), user("b", "问")], False),
        ([user(None, "/restart")], True),
    ],
)
def test_whether_the_last_message_was_answered(events: list[Any], so: bool) -> None:
    assert once.answered(events) is so


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Rasa's own `handle_message` over parts that the test plays; `down` is the action server's."""
    kept = {
        name: getattr(MessageProcessor, name)
        for name in ("handle_message", "_handle_message_with_tracker", "save_tracker")
    }
    stored: list[Any] = []
    played: Any = MessageProcessor.__new__(MessageProcessor)
    played.model_metadata = SimpleNamespace(training_type=None)
    played.stored, played.down, played.full = stored, False, False

    async def fetch(*_: Any) -> DialogueStateTracker:
        tracker = DialogueStateTracker("s", [])
        for event in stored:
            tracker.events.append(event)
        return tracker

    async def log(_self: Any, message: UserMessage, tracker: DialogueStateTracker) -> None:
        tracker.events.append(UserUttered(message.text, metadata=message.metadata))

    async def predict(output: Any, tracker: DialogueStateTracker) -> None:
        if not played.down:
            await output.send_custom_json("s", {"reply": {"text": f"答{len(stored)}"}})
            tracker.events.append(bot(f"答{len(stored)}"))

    async def same(_output: Any, tracker: DialogueStateTracker) -> DialogueStateTracker:
        return tracker

    async def nothing(*_: Any) -> None: ...

    async def save(_self: Any, tracker: DialogueStateTracker) -> None:
        if played.full:
            raise OSError("full")
        stored[:] = tracker.events

    played.fetch_tracker_and_update_session = fetch
    played._run_prediction_loop, played.run_action_extract_slots = predict, same
    played.run_anonymization_pipeline = nothing
    monkeypatch.setattr(once, "_rasas_log", log)
    monkeypatch.setattr(once, "_rasas_save", save)
    once.install()
    yield played
    for name, own in kept.items():
        setattr(MessageProcessor, name, own)


async def say(processor: Any, id: str, text: str = "问") -> Any:
    message = UserMessage(text, CollectingOutputChannel(), "s", metadata={"message_id": id})
    return [item["custom"] for item in await processor.handle_message(message)]


async def test_a_message_that_comes_twice_stands_once_and_is_answered_the_same(processor: Any) -> None:
    first = await say(processor, "a")
    assert await say(processor, "a") == first == [{"reply": {"text": "答0"}}]
    assert await say(processor, "b") == [{"reply": {"text": "答2"}}]
    assert await say(processor, "a") == first
    assert [event.metadata["message_id"] for event in processor.stored if isinstance(event, UserUttered)] == ["a", "b"]


async def test_a_turn_without_a_reply_is_forgotten(processor: Any) -> None:
    processor.down = True
    assert await say(processor, "a") == []
    assert processor.stored == []
    processor.down = False
    assert await say(processor, "a") == [{"reply": {"text": "答0"}}]
    assert [event.metadata["message_id"] for event in processor.stored if isinstance(event, UserUttered)] == ["a"]


async def test_a_turn_that_could_not_be_kept_is_not_answered(processor: Any) -> None:
    """Rasa's channel answers with whatever was uttered, error or not."""
    processor.full = True
    output = CollectingOutputChannel()
    with pytest.raises(OSError, match="full"):
        await processor.handle_message(UserMessage("问", output, "s", metadata={"message_id": "a"}))
    assert output.messages == []
    processor.full = False
    assert await say(processor, "a") == [{"reply": {"text": "答0"}}]
