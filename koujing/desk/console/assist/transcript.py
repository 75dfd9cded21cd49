"""`POST /api/v1/calls/{id}/transcript`: sentences of a call from a call centre's speech recognition."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from koujing.clock import SHANGHAI
from koujing.desk.console.assist.service import Assist
from koujing.desk.console.assist.telling import told
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.errors import BadRequestError
from koujing.desk.request import check_fields, clean_text, read_json
from koujing.private.mask import mask
from koujing.store.call_records import Sentence

__all__ = ["PATH", "SPEAKERS", "parse_sentences", "transcript_route"]

PATH = "/api/v1/calls/{id}/transcript"
SPEAKERS = ("caller", "operator")
_NAME = re.compile(r"[A-Za-z0-9._:@-]{1,64}")
_MOST, _HIGHEST = 200, 1_000_000
_EXAMPLE = (
    '{"sentences": [{"seq": 1, "speaker": "caller", "text": "我想问失业补助金", "at": "2021-09-15T10:00:00+08:00"}]}'
)


def transcript_route(kit: ConsoleKit, assist: Assist) -> Route:
    """The route, by API key."""
    settings, clock = kit.parts.settings, kit.parts.clock

    async def post(request: Request, client: str) -> Response:
        name = request.path_params["id"]
        if not _NAME.fullmatch(name):
            raise BadRequestError("invalid_call", "通话编号不对。", "1 到 64 个英文字母、数字或 . _ : @ - 符号。")
        body = await read_json(request, settings.body_bytes)
        sentences = parse_sentences(body, settings.message_length, clock.now())
        with told():
            call_id = await run_in_threadpool(assist.calls.announced, client, name)
            fresh = await run_in_threadpool(assist.hear, call_id, sentences)
        assist.streams.wake(call_id)
        counts = {"accepted": fresh, "repeated": len(sentences) - fresh}
        page = f"/console/assist/{call_id}"
        return JSONResponse({"call": call_id, **counts, "page": page}, headers={"Cache-Control": "no-store"})

    return kit.key_route(PATH, post, methods=["POST"])


def parse_sentences(body: Any, longest: int, now: dt.datetime) -> list[Sentence]:
    """The sentences of a body, masked.

    Raises:
        BadRequestError: a field is missing, misspelt, or has a value that cannot be.
    """
    check_fields(body, ("sentences",), _EXAMPLE)
    given = body.get("sentences")
    if not isinstance(given, list) or not 0 < len(given) <= _MOST:
        raise BadRequestError("invalid_sentences", f"sentences 应为 1 到 {_MOST} 句。", f"例如 {_EXAMPLE}")
    return [_sentence(each, longest, now) for each in given]


def _sentence(given: Any, longest: int, now: dt.datetime) -> Sentence:
    check_fields(given, ("seq", "speaker", "text", "at"), _EXAMPLE)
    seq, speaker = given.get("seq"), given.get("speaker")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq <= _HIGHEST:
        raise BadRequestError("invalid_seq", "句子的编号 seq 不对。", f"应为 0 到 {_HIGHEST} 的整数，每句一个。")
    if speaker not in SPEAKERS:
        raise BadRequestError(
            "invalid_speaker", f"第 {seq} 句的 speaker 不对。", "应为 caller（来电人）或 operator（坐席）。"
        )
    text = clean_text(given.get("text"))
    if len(text) > longest:
        raise BadRequestError(
            "sentence_too_long", f"第 {seq} 句有 {len(text)} 字。", f"一句最多 {longest} 字，请分开发。"
        )
    return Sentence(seq, speaker, mask(text), _moment(given.get("at"), seq) or now)


def _moment(given: Any, seq: int) -> dt.datetime | None:
    if given is None:
        return None
    try:
        at = dt.datetime.fromisoformat(given.replace("Z", "+00:00"))
        return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
    except (AttributeError, TypeError, ValueError) as error:
        hint = "应为 ISO 8601，如 2021-09-15T10:00:00+08:00。"
        raise BadRequestError("invalid_at", f"第 {seq} 句的时间 at 不对。", hint) from error
