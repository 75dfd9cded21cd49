"""Whether a reply was of use, tied to the calibers that it spoke."""

from __future__ import annotations

import json

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store import turn_rows
from koujing.store.tables import feedback, receipts

__all__ = ["Feedback"]


class Feedback:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def keep(self, session_id: str, code: str, *, useful: bool, reason: str | None, note: str | None) -> bool:
        """Keep what was said of a reply, in place of what was said before; False where the session has no such reply."""
        with self._engine.begin() as connection:
            spoken = select(receipts.c.reply).filter_by(session_id=session_id, code=code)
            reply = connection.execute(spoken.with_for_update()).scalar()
            if reply is None:
                return False
            calibers = json.dumps(json.loads(reply)["calibers"], ensure_ascii=False)
            connection.execute(delete(feedback).where(feedback.c.receipt == code))
            row = {"session_id": session_id, "receipt": code, "useful": useful, "reason": reason, "note": note}
            connection.execute(insert(feedback).values(**row, calibers=calibers, at=self._clock.now()))
            turn_rows.rate(connection, code, useful)
        return True

    def kept(self, session_id: str) -> dict[str, bool]:
        """What was said of the replies of a session, by receipt."""
        said = select(feedback.c.receipt, feedback.c.useful).filter_by(session_id=session_id)
        with self._engine.connect() as connection:
            return {row.receipt: row.useful for row in connection.execute(said)}
