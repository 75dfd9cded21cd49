"""The desk's way to Rasa and the action server.

So many messages are with Rasa at a time; the others wait here, and not for long. Were all handed on, each would take longer
than anybody waits once there is more to do than Rasa can: it would work on nothing but what was given up, and never recover.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import ujson

from koujing.desk.errors import UnavailableError
from koujing.posting import LostError, Wire, WireError

__all__ = ["RasaClient"]

log = logging.getLogger(__name__)

_WEBHOOK = "/webhooks/rest/webhook"
_HEALTH_SECONDS = 2.0
_PLACES, _PATIENCE_SECONDS = 32, 8.0
_BAD_GATEWAY = 502

Reply = dict[str, Any]
# Takes the session, the message and how it was read.
Heard = Callable[[str, str, Mapping[str, Any]], Awaitable[object]]


class RasaClient:
    """Posts messages to Rasa's REST channel and reads back only `custom.reply`; `heard` gets `custom.reading`."""

    def __init__(
        self,
        wire: Wire,
        rasa_url: str,
        actions_url: str,
        *,
        places: int = _PLACES,
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        """
        Args:
            places: how many messages are with Rasa at a time.
            patience: how many seconds a message waits for a place.
        """
        self._places, self._patience = asyncio.Semaphore(places), patience
        self.heard: Heard | None = None
        self._wire = wire
        self._webhook = rasa_url + _WEBHOOK
        self._health = {"rasa": rasa_url + "/", "actions": actions_url + "/health"}
        self._ready = {"rasa": rasa_url + "/ready", "actions": actions_url + "/ready"}

    async def replies(self, session_id: str, text: str, metadata: dict[str, Any]) -> list[Reply]:
        """The replies to one message.

        Raises:
            UnavailableError: Rasa cannot be reached, is too slow, or has no reply, as when the action server is down.
        """
        message = {"sender": session_id, "message": text, "metadata": metadata}
        await self._place()
        try:
            items = await self._said(message)
        finally:
            self._places.release()
        await self._tell(session_id, metadata, items)
        return _replies(items)

    async def health(self) -> dict[str, str]:
        """Whether Rasa and the action server are `up` or `down`."""
        return {name: "up" if await self._answers(url) else "down" for name, url in self._health.items()}

    async def ready(self, part: str) -> bool:
        """Whether `rasa` or `actions` has its model and its knowledge loaded and can answer."""
        return await self._answers(self._ready[part])

    async def close(self) -> None:
        """Give up the connections."""
        await self._wire.close()

    async def _place(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        try:
            await asyncio.wait_for(self._places.acquire(), self._patience)
        except asyncio.TimeoutError:
            log.warning("Rasa has more to do than it can")
            raise UnavailableError from None

    async def _said(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """What Rasa says to a message: by its id it is asked once more at once where the first who had it died."""
        body = ujson.dumps(message).encode()
        try:
            items = await self._posted(body)
            if _replies(items):
                return items
        except LostError:
            pass
        except (WireError, ValueError) as error:
            raise _unavailable(error) from error
        try:
            items = await self._posted(body)
        except (WireError, ValueError) as error:
            raise _unavailable(error) from error
        if not _replies(items):
            log.warning("Rasa answered without a reply; the action server may be down")
            raise UnavailableError
        return items

    async def _posted(self, body: bytes) -> list[dict[str, Any]]:
        told = await self._wire.post(self._webhook, body)
        if told.status == _BAD_GATEWAY:
            raise LostError("the gateway has nobody behind it")
        if not told.well:
            raise WireError(f"status {told.status}")
        items: list[dict[str, Any]] = ujson.loads(told.body)
        return items

    async def _tell(self, session_id: str, metadata: dict[str, Any], items: list[dict[str, Any]]) -> None:
        """Hand on how the message was read; that this fails must not cost the answer."""
        read = next((item["custom"]["reading"] for item in items if "reading" in (item.get("custom") or {})), None)
        if self.heard is None or not isinstance(read, dict) or "message_id" not in metadata:
            return
        try:
            await self.heard(session_id, metadata["message_id"], read)
        except Exception:
            log.exception("how a message was read was not kept")

    async def _answers(self, url: str) -> bool:
        try:
            return (await self._wire.get(url, _HEALTH_SECONDS)).well
        except WireError:
            return False


def _replies(items: list[dict[str, Any]]) -> list[Reply]:
    return [item["custom"]["reply"] for item in items if "reply" in (item.get("custom") or {})]


def _unavailable(error: Exception) -> UnavailableError:
    log.warning("Rasa did not answer: %s: %s", type(error).__name__, error)
    return UnavailableError()
