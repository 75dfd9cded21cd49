"""`/health`: which parts are well, for who watches over them. What a 公众号 may not do at the moment stops nothing else."""

from __future__ import annotations

from typing import Any

from koujing.clock import Clock
from koujing.desk.rasa_client import RasaClient
from koujing.desk.wechat.service import WeChat

__all__ = ["Health"]


class Health:
    """Asks every part anew."""

    def __init__(self, rasa: RasaClient, wechat: WeChat | None, clock: Clock) -> None:
        self._rasa, self._wechat, self._clock = rasa, wechat, clock

    async def now(self) -> tuple[bool, dict[str, Any]]:
        """Whether questions can be answered, and what the page says."""
        parts = {"desk": "up", **await self._rasa.health()}
        well = all(state == "up" for state in parts.values())
        body: dict[str, Any] = {
            "status": "up" if well else "down",
            **parts,
            "on": self._clock.today().isoformat(),
            "demo_date": self._clock.fixed is not None,
            "wechat": None if self._wechat is None else await self._wechat.health(),
        }
        return well, body
