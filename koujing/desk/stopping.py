"""What is switched off is not said: its replies are replaced by a kind word and where to call instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from koujing.desk.conversation import Refuse
from koujing.store.switches import State

__all__ = ["KINDS", "Stopping", "channel_of"]

# Their wordings stand in policies/refusals.yml.
KINDS = ("switched_off_channel", "switched_off_matter", "switched_off_caliber")
# Wage arrears, distress, fraud: who to call is said whatever is switched off.
_ALWAYS = frozenset({"signposted"})
_CHANNELS = frozenset({"web", "wechat", "console"})
_KEYED = "api"

Reply = dict[str, Any]


class Stopping:
    """Applied to fresh replies before they are kept, so that the receipt shows what was said. Blocking at times.

    Args:
        state: `Switches.now`.
        refuse: makes the kind word.
        client: tells whose a session is (`Clients.of`); asked only while something is off.
    """

    def __init__(
        self, state: Callable[[], State], refuse: Refuse, client: Callable[[str], str] = lambda _session: ""
    ) -> None:
        self._state, self._refuse, self._client = state, refuse, client

    def in_session(self, session_id: str, replies: list[Reply]) -> list[Reply]:
        """The replies as they may be said in a session, on whatever channel it is."""
        return self.stopped(replies, channel_of(self._client(session_id))) if self._state().off else replies

    def stopped(self, replies: list[Reply], channel: str) -> list[Reply]:
        """The replies as they may be said on a channel (`web`, `wechat`, `api`, `console`)."""
        state = self._state()
        if not state.off:
            return replies
        if state.is_off("channel", channel):
            spoken = [reply for reply in replies if reply["status"] in _ALWAYS]
            return spoken or [self._refused("switched_off_channel", reply) for reply in replies[:1]]
        return [self._allowed(reply, state) for reply in replies]

    def _allowed(self, reply: Reply, state: State) -> Reply:
        if reply["status"] in _ALWAYS:
            return reply
        if state.is_off("matter", reply["matter"]):
            return self._refused("switched_off_matter", reply)
        if any(state.is_off("caliber", caliber["id"]) for caliber in reply["calibers"]):
            return self._refused("switched_off_caliber", reply)
        if any(state.is_off("matter", item["matter"]) for item in reply["items"]):
            # The text of a screening names every matter, so it cannot be said with one of them left out.
            return self._refused("switched_off_matter", reply)
        return reply

    def _refused(self, kind: str, reply: Reply) -> Reply:
        on = dt.date.fromisoformat(reply["on"])
        return self._refuse(kind, on, question=reply["question"], region=reply["region"])


def channel_of(client: str) -> str:
    """The channel of a session's client; the systems with a key are one."""
    kind = client.partition(":")[0]
    return kind if kind in _CHANNELS else _KEYED
