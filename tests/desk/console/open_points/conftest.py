"""The same console as of review."""

from __future__ import annotations

from tests.desk.console.reviews.conftest import desk, untried

__all__ = ["desk", "untried"]
