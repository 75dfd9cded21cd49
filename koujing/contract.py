"""The binding schema of a reply, `reply.schema.json` beside this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["reply_schema"]


def reply_schema() -> dict[str, Any]:
    """The JSON Schema (draft 7) that every reply fits."""
    schema: dict[str, Any] = json.loads(Path(__file__).with_name("reply.schema.json").read_text(encoding="utf-8"))
    return schema
