"""Rasa's processor copies and writes out for its debug log alone, so both may be spared."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator

import pytest
import rasa.core.processor as processing
from rasa.core.processor import MessageProcessor

from koujing.rasa import fast_logs


def _in_debug_records(tree: ast.AST) -> Iterator[ast.AST]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "structlogger.debug":
            yield from ast.walk(call)


def test_rasas_processor_copies_for_records_alone() -> None:
    tree = ast.parse(inspect.getsource(processing))
    uses = {node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "copy"}
    assert uses
    assert uses <= set(_in_debug_records(tree))


def test_the_slots_are_written_out_for_a_record_alone() -> None:
    own = ast.parse(textwrap.dedent(inspect.getsource(MessageProcessor._log_slots)))
    calls = [node for node in ast.walk(own) if isinstance(node, ast.Call)]
    told = {ast.unparse(call.func) for call in calls}
    assert told == {"'\\n'.join", "tracker.slots.values", "slot_values.strip", "structlogger.debug", "copy.deepcopy"}


def test_nothing_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "copy", processing.copy)
    monkeypatch.setattr(MessageProcessor, "_log_slots", MessageProcessor._log_slots)
    fast_logs.install()
    events = [{"a": 1}]
    assert processing.copy.deepcopy(events) is events
    assert MessageProcessor._log_slots(None) is None
