"""Two ways to ask: over HTTP as a trusted system does, and within this process for fast development."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from koujing.errors import ProgramError
from koujing.knowledge.base import Knowledge
from tests.evaluation.questions import Question

__all__ = ["Answer", "Ask", "answers_at", "ask_desk", "ask_here", "desk_answer", "desk_client"]

_SECONDS = 30
_TRIES = 5


@dataclass(frozen=True)
class Answer:
    """The replies to one question, or why there are none."""

    replies: tuple[Mapping[str, Any], ...]
    error: str | None = None


Ask = Callable[[Question], Answer]


def answers_at(url: str) -> bool:
    """Whether a healthy desk is there."""
    try:
        response = httpx.get(f"{url}/health", timeout=_SECONDS, trust_env=False)
        return response.is_success and "desk" in response.json()
    except (httpx.HTTPError, ValueError, TypeError):
        return False


def ask_desk(url: str, key: str) -> Ask:
    """Asks over `POST /api/v1/ask`, every question in a session of its own."""
    http = desk_client(url, key)

    def ask(question: Question) -> Answer:
        body = {"text": question.text, "as_of": question.on.isoformat(), "facts": dict(question.facts)}
        if question.region is not None:
            body["region"] = question.region
        return desk_answer(http, body)[0]

    return ask


def desk_client(url: str, key: str) -> httpx.Client:
    """An HTTP client of the desk's API for trusted systems."""
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=_SECONDS, trust_env=False)


def desk_answer(http: httpx.Client, body: Mapping[str, Any]) -> tuple[Answer, str | None]:
    """The desk's answer to a message, and the session it belongs to.

    Raises:
        ProgramError: there is no desk, or it does not take the key.
    """
    try:
        response = _post(http, body)
    except httpx.TimeoutException:
        return Answer((), f"{_SECONDS} 秒内没有答复"), None
    except httpx.HTTPError as error:
        raise ProgramError(f"{http.base_url} 连不上：{error}") from error
    if response.status_code in (401, 403):
        raise ProgramError(f"{http.base_url} 不接受这个密钥，请用 --key 或 KOUJING_API_KEYS 给出。")
    try:
        data = response.json()
        if response.is_success:
            return Answer(tuple(data["replies"])), data["session"]
        return Answer((), f"HTTP {response.status_code}：{data['error']['message']}{data['error']['hint']}"), None
    except (ValueError, KeyError, TypeError):
        return Answer((), f"HTTP {response.status_code}：不是口径的答复"), None


def ask_here(knowledge: Knowledge) -> Ask:
    """Asks the trained reader and the core directly, without servers.

    Raises:
        ProgramError: there is no trained model.
    """
    # Heavy, and only for this way of asking.
    from koujing.answering.conversation import respond
    from koujing.rasa.local import load_reader

    reader = load_reader(knowledge)

    def ask(question: Question) -> Answer:
        understood = reader.read(question.text, question.on)
        metadata = {"region": question.region, "facts": dict(question.facts)}
        try:
            replies, _ = respond(knowledge, understood, metadata, {}, question.on)
        except Exception as error:
            return Answer((), f"{type(error).__name__}: {error}")
        return Answer(tuple(replies))

    return ask


def _post(http: httpx.Client, body: Mapping[str, Any]) -> httpx.Response:
    """Post, waiting as told where the desk is asked too fast or is not yet ready."""
    for _ in range(_TRIES - 1):
        response = http.post("/api/v1/ask", json=body)
        if response.status_code not in (429, 503):
            return response
        time.sleep(min(float(response.headers.get("Retry-After", 1)), _SECONDS))
    return http.post("/api/v1/ask", json=body)
