"""Makes Rasa check the action server's answers with validators compiled once, each event by the schema of its own kind.

Rasa calls `jsonschema.validate` for every action, which first checks Rasa's own schema anew: some 25 of the 32 ms
that an answer with an action takes. The schema never changes while Rasa runs. It then holds each event against the schemas
of all twenty kinds, of which just the one that is named in the event can fit.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

__all__ = ["install", "validate"]

# As many ways to put an event together; the actions here know one.
_MOST = 256
# `integer` is none of the types: 1.0 is one.
_OF_TYPES = frozenset({"type", "properties", "required", "title"})


def install() -> None:
    """Put `validate` in the place of Rasa's own method, for the life of this process."""
    RemoteAction._validate_action_result = validate


def validate(action: RemoteAction, result: dict[str, Any]) -> bool:
    """What `RemoteAction._validate_action_result` does: True, or the error that fits best.

    Raises:
        ValidationError: the action server's answer does not fit.
    """
    if _surely_fits(result):
        return True
    error = best_match(_validator().iter_errors(result))
    if error is None:
        return True
    error.message += ". Failed to validate Action server response from API."
    raise error


def _surely_fits(result: Any) -> bool:
    """Whether an answer fits by the quick way; where that does not tell, Rasa's whole schema does."""
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    if not isinstance(events, list) or not isinstance(responses, list):
        return False
    return all(isinstance(each, dict) for each in responses) and all(_event_fits(each) for each in events)


def _event_fits(event: Any) -> bool:
    kind = event.get("event") if isinstance(event, dict) else None
    known: _Kind | None = _by_kind().get(kind) if isinstance(kind, str) else None
    if known is None:
        return False
    if not known.by_types:
        return bool(known.validator.is_valid(event))
    types = frozenset((name, type(value)) for name, value in event.items())
    fits = known.found.get(types)
    if fits is None:
        fits = bool(known.validator.is_valid(event))
        if len(known.found) < _MOST:
            known.found[types] = fits
    return fits


@dataclass(frozen=True)
class _Kind:
    """What an event of a kind must be; where that asks for nothing but types, what was found for those of its values."""

    validator: Any
    by_types: bool
    found: dict[Hashable, bool] = field(default_factory=dict)


@cache
def _by_kind() -> dict[str, Any]:
    """For each kind of event what all of them must be and what it alone must be."""
    schema = RemoteAction.action_response_format_spec()["properties"]["events"]["items"]
    common = {keyword: value for keyword, value in schema.items() if keyword != "oneOf"}
    kinds: dict[str, Any] = {}
    for own in schema["oneOf"]:
        kind = own["properties"]["event"]["const"]
        # Two schemas of one kind could both fit, which is for the whole one to judge.
        both = [common, own]
        kinds[kind] = (
            None if kind in kinds else _Kind(validator_for(schema)({"allOf": both}), all(map(_by_types, both)))
        )
    return kinds


def _by_types(schema: dict[str, Any]) -> bool:
    """Whether a schema asks of an event, whose kind is known, for nothing but the types of its values."""
    values = [each for name, each in schema.get("properties", {}).items() if name != "event"]
    return set(schema) <= _OF_TYPES and all(
        set(each) <= {"type"} and "integer" not in each.get("type", ()) for each in values
    )


@cache
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)
    validator.check_schema(schema)
    return validator(schema)
