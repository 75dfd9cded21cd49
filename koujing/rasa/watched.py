"""Makes Rasa tell how long its stages take, whether it is ready, and log as our own programs do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import rasa.__main__
import rasa.core.run
import rasa.utils.io
import structlog
from prometheus_client import CollectorRegistry
from rasa.core.actions.action import RemoteAction
from rasa.core.processor import MessageProcessor

from koujing.logs import configure
from koujing.settings import Settings
from koujing.watching.inner import RASA_STAGES, InnerMetrics, expose, timed
from koujing.watching.release import describe

__all__ = ["install", "without_words"]

# Of what Rasa adds to its records, these tell where and why and never what somebody said.
_KEPT = ("event", "level", "action_name", "policy_name", "error_type", "status_code", "url")

_STAGES = {
    "whole": (MessageProcessor, "handle_message"),
    "reading": (MessageProcessor, "parse_message"),
    "policy": (MessageProcessor, "predict_next_with_tracker_if_should"),
    "tracker_load": (MessageProcessor, "fetch_tracker_and_update_session"),
    "tracker_save": (MessageProcessor, "save_tracker"),
    "action": (RemoteAction, "run"),
}


def install(settings: Settings, model: Path, knowledge: str) -> InnerMetrics:
    """For the life of this process; to be called before Rasa makes its app."""
    metrics = InnerMetrics(CollectorRegistry(), "rasa", RASA_STAGES)
    describe(metrics.registry, "rasa", knowledge=knowledge, model=model)
    for stage, (owner, name) in _STAGES.items():
        setattr(owner, name, timed(metrics, stage, getattr(owner, name)))
    rasa.core.run.configure_app = _watched(rasa.core.run.configure_app, metrics, settings.metrics_key)
    _log_as_we_do(settings.log)
    return metrics


def without_words(logger: logging.Logger, name: str, event: Mapping[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    """What becomes of one of Rasa's records: its name and what is kept. The last of structlog's processors.

    Where a message fails Rasa adds its text, and the local variables of every frame beside it.
    """
    fields = {key: value for key, value in event.items() if key in _KEPT and key not in ("event", "level")}
    error = event.get("exc_info") or None
    return (str(event.get("event", "")),), {"exc_info": error, "extra": {"fields": fields}}


def _watched(make: Callable[..., Any], metrics: InnerMetrics, key: str | None) -> Callable[..., Any]:
    """Rasa's making of its app, with our addresses."""

    def make_watched(*args: Any, **given: Any) -> Any:
        app = make(*args, **given)

        def ready() -> bool:
            agent = getattr(app.ctx, "agent", None)
            return agent is not None and bool(agent.is_ready())

        expose(app, metrics, ready, key)
        return app

    return make_watched


def _log_as_we_do(form: str) -> None:
    """In place of each of the ways in which Rasa sets logging up, one after the other, while it starts."""

    def configured(*_args: Any, **_given: Any) -> None:
        configure(form, "rasa")

    def structured(*_args: Any, **_given: Any) -> None:
        configured()
        structlog.configure(
            processors=[structlog.stdlib.filter_by_level, structlog.dev.set_exc_info, without_words],
            context_class=dict,
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            cache_logger_on_first_use=True,
        )

    quiet = rasa.__main__.configure_logging_and_warnings

    def levels(*args: Any, **given: Any) -> None:
        quiet(*args, **given)
        configured()

    rasa.__main__.configure_logging_and_warnings = levels
    rasa.__main__.configure_structlog = structured
    rasa.utils.io.configure_colored_logging = configured
    # Takes the server's own errors out of everybody's sight.
    rasa.utils.common.update_sanic_log_level = configured
