"""Runs the action server on loopback or a private network: `python -m koujing.rasa.action_server`. rasa-sdk's own binds every address."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import rasa_sdk.endpoint
from prometheus_client import CollectorRegistry
from rasa_sdk.executor import ActionExecutor

from koujing.knowledge.base import knowledge_version
from koujing.logs import configure
from koujing.process import keep_private
from koujing.rasa import without_cors
from koujing.settings import Settings
from koujing.settled import settle
from koujing.watching.inner import ACTION_STAGES, InnerMetrics, expose, timed
from koujing.watching.release import describe

__all__ = ["main"]


def main() -> None:
    """Start the action server with the actions of the package `actions`; does not return before it ends."""
    keep_private()
    settings = Settings.from_env(os.environ)
    configure(settings.log, "actions")
    metrics = InnerMetrics(CollectorRegistry(), "actions", ACTION_STAGES)
    without_cors.install(rasa_sdk.endpoint)
    app = rasa_sdk.endpoint.create_app("actions")
    # The actions import from here, not the other way; the SDK has them loaded by name as well.
    answer: Any = import_module("actions.answer")
    answer.respond = timed(metrics, "answering", answer.respond)
    ActionExecutor.run = timed(metrics, "whole", ActionExecutor.run)
    describe(metrics.registry, "actions", knowledge=knowledge_version(settings.policies))
    expose(app, metrics, answer.loaded, settings.metrics_key)
    settle()
    app.run(settings.actions_host, settings.actions_port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
