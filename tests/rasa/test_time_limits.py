"""Rasa gives up before those who wait for it do."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from koujing.rasa import time_limits
from koujing.settings import ROOT, Settings

SLOW = """
import asyncio, os, json, time
from koujing.rasa import time_limits
import rasa.core.actions.action as actions
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
time_limits.install(1)

async def main():
    async def hang(reader, writer):
        await asyncio.sleep(60)
    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    action = actions.RemoteAction("action_answer", EndpointConfig(f"http://127.0.0.1:{port}/webhook"))
    began = time.monotonic()
    try:
        await action.run(None, None, DialogueStateTracker("s", []), Domain.empty())
        ended = "answered"
    except Exception as error:
        ended = type(error).__name__
    print(json.dumps([ended, time.monotonic() - began] ))
    os._exit(0)

asyncio.run(main())
"""


def test_they_are_in_order() -> None:
    answer = Settings().answer_seconds
    assert time_limits.action_seconds(answer) < answer
    assert time_limits.action_seconds(1) == 1


def test_an_action_that_hangs_is_given_up() -> None:
    """In a process of its own, since the limit is Rasa's for the life of one."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", SLOW], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    ended, seconds = json.loads(done.stdout.strip().splitlines()[-1])
    assert ended != "answered"
    assert 0.9 < seconds < 30
