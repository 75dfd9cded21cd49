"""Replays a recorded call against the desk, as a call centre's speech recognition would send it.

    python scripts/replay_call.py scripts/recorded_call.jsonl --speed 2

Each line of the recording is one sentence: `{"at": 3.5, "speaker": "caller", "text": "…"}`, `at` in seconds from the
beginning. Open the page that is printed (or the call under “等待接听”) and watch facts and suggestions follow.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

RECORDING = Path(__file__).with_name("recorded_call.jsonl")
_SECONDS = 15.0


def recording(path: Path) -> list[dict[str, Any]]:
    """The sentences of a recording, numbered from one."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [{"seq": seq, **json.loads(line)} for seq, line in enumerate(lines, 1)]


def replay(
    http: httpx.Client, call: str, sentences: Sequence[Mapping[str, Any]], speed: float, wait: Callable[[float], None]
) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
    """Send the sentences in their own time; each with what the desk answered."""
    gone = 0.0
    for sentence in sentences:
        due = float(sentence.get("at", gone))
        wait(max(0.0, due - gone) / speed)
        gone = max(gone, due)
        sent = {name: sentence[name] for name in ("seq", "speaker", "text")}
        response = http.post(f"/api/v1/calls/{call}/transcript", json={"sentences": [sent]})
        if response.is_error:
            raise SystemExit(_told(response))
        yield sentence, response.json()


def _told(response: httpx.Response) -> str:
    try:
        error = response.json()["error"]
        return f"{response.status_code} {error['message']}{error['hint']}"
    except (ValueError, KeyError):
        return f"{response.status_code} {response.text[:200]}"


def main() -> int:
    """Replay, telling each sentence as it is sent."""
    parser = argparse.ArgumentParser(description="把一通录好的来电按原来的节奏送进坐席工作台。")
    parser.add_argument("recording", nargs="?", type=Path, default=RECORDING, help="JSONL，每行一句")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--key", default="demo", help="接口密钥")
    parser.add_argument("--call", default=None, help="通话编号；不给则新起一个")
    parser.add_argument("--speed", type=float, default=1.0, help="几倍速，默认 1")
    given = parser.parse_args()
    call = given.call or f"replay-{secrets.token_hex(4)}"
    headers = {"Authorization": f"Bearer {given.key}"}
    told = False
    try:
        with httpx.Client(base_url=given.url, headers=headers, timeout=_SECONDS, trust_env=False) as http:
            for sentence, answer in replay(http, call, recording(given.recording), given.speed, time.sleep):
                if not told:
                    sys.stdout.write(f"坐席页面：{given.url}{answer['page']}\n")
                    told = True
                sys.stdout.write(f"{sentence['seq']:>3} {sentence['speaker']:<8} {sentence['text']}\n")
                sys.stdout.flush()
    except httpx.HTTPError as error:
        sys.stderr.write(f"连不上 {given.url}：{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
