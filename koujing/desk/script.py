"""A reply in the script that the channel asks for: 简体 as it was decided and is kept, or 繁體 for display alone.

What users read is converted; ids, codes, values and the notices' own words are not.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import opencc

__all__ = ["DEFAULT_SCRIPT", "SCRIPTS", "converted", "in_script"]

DEFAULT_SCRIPT = "hans"
_CONVERSIONS = {"hant": "s2hk"}  # the characters of Hong Kong, whose people ask in Guangdong; no words are exchanged
SCRIPTS = (DEFAULT_SCRIPT, *_CONVERSIONS)

# Keys of the reply contract, at whatever depth, under which people's words stand; a test holds it against the contract.
_WORDED = frozenset({
    "condition", "formula", "heading", "hours", "label", "missing", "name", "notice", "plain", "points", "question",
    "referred_to", "said", "suggestions", "summary", "text", "unit", "why", "words",
})  # fmt: skip


def in_script(reply: dict[str, Any], script: str) -> dict[str, Any]:
    """The reply for display. `quoted` replies keep their quotes in the text as well."""
    if script == DEFAULT_SCRIPT:
        return reply
    shown: dict[str, Any] = _shown(reply, script)
    if reply["status"] == "quoted":
        quotes = [citation["quote"] for citation in reply["citations"]]
        shown["text"] = _around(reply["text"], quotes, script)
    return shown


def _shown(value: Any, script: str, *, worded: bool = False) -> Any:
    if isinstance(value, dict):
        return {key: _shown(part, script, worded=key in _WORDED) for key, part in value.items()}
    if isinstance(value, list):
        return [_shown(part, script, worded=worded) for part in value]
    return converted(value, script) if worded and isinstance(value, str) else value


def _around(text: str, quotes: list[str], script: str) -> str:
    """A text converted but for the quotes in it."""
    if not quotes:
        return converted(text, script)
    quote, *others = quotes
    return quote.join(_around(part, others, script) for part in text.split(quote))


def converted(text: str, script: str) -> str:
    """A text for display in a script."""
    if script == DEFAULT_SCRIPT:
        return text
    return str(_converter(script).convert(text))


@cache
def _converter(script: str) -> opencc.OpenCC:
    return opencc.OpenCC(_CONVERSIONS[script])
