"""Runs the action server on loopback or a private network: `python -m koujing.rasa.action_server`. rasa-sdk's own binds every address."""

from __future__ import annotations

import os

from rasa_sdk.endpoint import create_app

from koujing.settings import Settings
from koujing.settled import settle

__all__ = ["main"]


def main() -> None:
    """Start the action server with the actions of the package `actions`; does not return before it ends."""
    settings = Settings.from_env(os.environ)
    app = create_app("actions", cors_origins=[])
    settle()
    app.run(settings.actions_host, settings.actions_port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
