"""The desk's way to Rasa and the action server."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from koujing.desk.errors import UnavailableError
from koujing.desk.threads import in_thread as run_in_threadpool

__all__ = ["RasaClient"]

log = logging.getLogger(__name__)

_WEBHOOK = "/webhooks/rest/webhook"
_HEALTH_SECONDS = 2.0

Reply = dict[str, Any]
# Takes the session, the message and how it was read. Blocking.
Heard = Callable[[str, str, Mapping[str, Any]], object]


class RasaClient:
    """Posts messages to Rasa's REST channel and reads back only `custom.reply`; `heard` gets `custom.reading`."""

    def __init__(self, http: httpx.AsyncClient, rasa_url: str, actions_url: str) -> None:
        self.heard: Heard | None = None
        self._http = http
        self._webhook = rasa_url + _WEBHOOK
        self._health = {"rasa": rasa_url + "/", "actions": actions_url + "/health"}
        self._ready = {"rasa": rasa_url + "/ready", "actions": actions_url + "/ready"}

    async def replies(self, session_id: str, text: str, metadata: dict[str, Any]) -> list[Reply]:
        """The replies to one message.

        Raises:
            UnavailableError: Rasa cannot be reached, is too slow, or has no reply, as when the action server is down.
        """
        message = {"sender": session_id, "message": text, "metadata": metadata}
        try:
            response = await self._http.post(self._webhook, json=message)
            response.raise_for_status()
            items = response.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("Rasa did not answer: %s: %s", type(error).__name__, error)
            raise UnavailableError from error
        replies = [item["custom"]["reply"] for item in items if "reply" in (item.get("custom") or {})]
        if not replies:
            log.warning("Rasa answered without a reply; the action server may be down")
            raise UnavailableError
        await self._tell(session_id, metadata, items)
        return replies

    async def health(self) -> dict[str, str]:
        """Whether Rasa and the action server are `up` or `down`."""
        return {name: "up" if await self._answers(url) else "down" for name, url in self._health.items()}

    async def ready(self, part: str) -> bool:
        """Whether `rasa` or `actions` has its model and its knowledge loaded and can answer."""
        return await self._answers(self._ready[part])

    async def close(self) -> None:
        """Give up the connections."""
        await self._http.aclose()

    async def _tell(self, session_id: str, metadata: dict[str, Any], items: list[dict[str, Any]]) -> None:
        """Hand on how the message was read; that this fails must not cost the answer."""
        read = next((item["custom"]["reading"] for item in items if "reading" in (item.get("custom") or {})), None)
        if self.heard is None or not isinstance(read, dict) or "message_id" not in metadata:
            return
        try:
            await run_in_threadpool(self.heard, session_id, metadata["message_id"], read)
        except Exception:
            log.exception("how a message was read was not kept")

    async def _answers(self, url: str) -> bool:
        try:
            return (await self._http.get(url, timeout=_HEALTH_SECONDS)).is_success
        except httpx.HTTPError:
            return False
