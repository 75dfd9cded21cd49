"""The graph run in a row gives what Rasa's scheduler gives."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from koujing.rasa import fast_graph

RASAS_OWN = DaskGraphRunner.run


def _node(needs: dict[str, str]) -> SchemaNode:
    return SchemaNode(needs=needs, uses=object, constructor_name="create", fn="run", config={})


# A diamond, a node of its own, and what needs an input.
SCHEMA = GraphSchema(
    {
        "top": _node({"given": "input"}),
        "left": _node({"one": "top"}),
        "right": _node({"one": "top"}),
        "bottom": _node({"one": "left", "two": "right", "more": "input"}),
        "alone": _node({}),
    }
)


class _Runner(DaskGraphRunner):
    """Rasa's, with nodes that tell by whom they were called."""

    def __init__(self, calls: list[str], raising: Exception | None = None) -> None:
        self._graph_schema, self._execution_context = SCHEMA, SimpleNamespace()
        self._calls, self._raising = calls, raising
        self._instantiated_nodes = {name: self._called(name) for name in SCHEMA.nodes}

    def _called(self, name: str) -> Any:
        def call(*given: Any) -> tuple[str, Any]:
            self._calls.append(name)
            if self._raising is not None:
                raise self._raising
            return name, [name, *(each if isinstance(each, str) else each[1] for each in given)]

        return call


@pytest.mark.parametrize("targets", [["bottom"], ["left"], ["bottom", "alone"], ["top", "bottom"]])
@pytest.mark.parametrize("inputs", [{"input": 5}, {"input": [1, {"a": 2}]}, {}])
def test_it_gives_what_rasa_gives(targets: list[str], inputs: dict[str, Any]) -> None:
    ours: list[str] = []
    theirs: list[str] = []
    for _ in range(2):
        assert fast_graph.run(_Runner(ours), inputs, targets) == RASAS_OWN(_Runner(theirs), inputs, targets)
    # The same nodes, each once a run.
    assert sorted(ours) == sorted(theirs)


def test_a_node_comes_after_all_that_it_needs() -> None:
    calls: list[str] = []
    runner = _Runner(calls)
    fast_graph.run(runner, {"input": 1}, ["bottom"])
    fast_graph.run(runner, {"input": 2}, ["bottom"])
    assert calls == ["top", "left", "right", "bottom"] * 2


@pytest.mark.parametrize("run", [fast_graph.run, RASAS_OWN])
def test_errors_are_rasas(run: Any) -> None:
    with pytest.raises(GraphRunError):
        run(_Runner([], RuntimeError("broken")), {"input": 1}, ["bottom"])
    with pytest.raises(ValueError, match="wrong"):
        run(_Runner([], ValueError("wrong")), {"input": 1}, ["bottom"])
    with pytest.raises(GraphRunError, match="clash"):
        run(_Runner([]), {"input": "top"}, ["bottom"])


def test_it_stands_in_the_place_of_rasas_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DaskGraphRunner, "run", RASAS_OWN)
    fast_graph.install()
    assert DaskGraphRunner.run is fast_graph.run
