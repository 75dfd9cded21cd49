"""One run over all classes: what is older than its days is removed everywhere, and the run is written into the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.keeping.schedule import Schedule
from koujing.store.audit import Audit, Filter
from koujing.store.retention import SWEEPS, needed, settle, sweep
from koujing.store.tracker_rows import TrackerRows

__all__ = ["ACTION", "Keeper"]

ACTION = "retention_run"
_ADVICE = "backups"


@dataclass(frozen=True)
class Keeper:
    """Blocking. `logs` is the folder of the programs' logs."""

    engine: Engine
    trackers: TrackerRows
    logs: Path
    schedule: Schedule
    clock: Clock

    def run(self, by: str, *, dry: bool = False) -> Mapping[str, int]:
        """Remove what is too old; how many rows, events or files of each class. `dry` counts only."""
        now = self.clock.now()
        removed = {}
        for name, kept in self.schedule.classes.items():
            before = now - dt.timedelta(days=kept.days)
            if name in SWEEPS:
                removed[name] = sweep(self.engine, name, before, dry=dry)
            elif name == "tracker":
                removed[name] = self._trackers(before, dry)
            elif name != _ADVICE:
                removed[name] = self._logs(before, dry)
        if not dry:
            settle(self.engine)
            self.trackers.settle()
            told = {name: count for name, count in removed.items() if count}
            Audit(self.engine, self.clock).note(None, ACTION, f"retention:{now.date()}", {"removed": told}, address=by)
        return removed

    def ran_today(self) -> bool:
        """Whether any process has done it since midnight."""
        midnight = self.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return bool(Audit(self.engine, self.clock).find(Filter(action=ACTION, since=midnight), limit=1))

    def _trackers(self, before: dt.datetime, dry: bool) -> int:
        return self.trackers.expire(before.timestamp(), needed(self.engine), dry=dry)

    def _logs(self, before: dt.datetime, dry: bool) -> int:
        """Log files that nobody has written to since."""
        old = [each for each in self.logs.glob("*") if each.is_file() and each.stat().st_mtime < before.timestamp()]
        for each in [] if dry else old:
            each.unlink(missing_ok=True)
        return len(old)
