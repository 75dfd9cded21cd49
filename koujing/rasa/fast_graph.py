"""Makes Rasa run its graph of components one after another, in an order found once.

Rasa hands the graph to a scheduler anew for every message and every prediction: it works out which nodes are needed, in what
order, and starts a pool for what is then run in a row in one thread; and it formats inputs for a message to its log that
nobody reads. The graph never changes while the model is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner

__all__ = ["install", "run"]

_ORDERS = "_koujing_orders"


def install() -> None:
    """Put `run` in the place of Rasa's own method, for the life of this process."""
    DaskGraphRunner.run = run


def run(
    runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """What `DaskGraphRunner.run` does: the outputs of the targets by name.

    Raises:
        GraphRunError: a node failed for want of an input, or an input has the name of a node.
    """
    wanted = tuple(targets or runner._graph_schema.target_names)
    orders = runner.__dict__.setdefault(_ORDERS, {})
    order = orders.get(wanted)
    if order is None:
        order = orders[wanted] = tuple(_in_order(runner._graph_schema, wanted))
    given = inputs or {}
    for name, value in given.items():
        if isinstance(value, str) and value in {node for node, _ in order}:
            raise GraphRunError(f"Input value '{value}' of '{name}' clashes with a node name.")
    done: dict[str, Any] = {name: (name, value) for name, value in given.items()}
    try:
        for name, needs in order:
            # As Rasa does: what is neither a node nor an input is handed on by its name.
            done[name] = runner._instantiated_nodes[name](*(done.get(need, need) for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(done[name] for name in wanted)


def _in_order(schema: GraphSchema, targets: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each node that the targets need, after all that it needs itself, with the names of those."""
    seen: set[str] = set()

    def after(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        if name in seen or name not in schema.nodes:
            return
        seen.add(name)
        needs = tuple(schema.nodes[name].needs.values())
        for need in needs:
            yield from after(need)
        yield name, needs

    for target in targets:
        yield from after(target)
