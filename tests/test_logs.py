"""What gets into a log, and what must not."""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Iterator
from io import StringIO

import pytest

from koujing.errors import SettingsError
from koujing.logs import configure, request_id

PHONE, TEXT = "139" + "0000" + "1111", "我被裁了能领多少钱"


@pytest.fixture
def stream() -> Iterator[StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, warnings.showwarning
    quiet = {name: logging.getLogger(name).level for name in ("httpx", "asyncio", "py.warnings")}
    yield StringIO()
    logging.captureWarnings(False)
    root.handlers[:], level, sys.excepthook, warnings.showwarning = before
    root.setLevel(level)
    for name, was in quiet.items():
        logging.getLogger(name).setLevel(was)


def raised() -> None:
    try:
        raise ValueError(TEXT)
    except ValueError as error:
        raise KeyError(PHONE) from error


@pytest.mark.parametrize("form", ["text", "json"])
def test_numbers_are_masked_wherever_they_stand(stream: StringIO, form: str) -> None:
    configure(form, "desk", stream)
    log = logging.getLogger("koujing.test")
    log.info("called by %s", PHONE, extra={"fields": {"message": PHONE, "receipts": [PHONE]}})
    assert PHONE not in stream.getvalue()
    assert stream.getvalue().count("手机号") == 3


@pytest.mark.parametrize("form", ["text", "json"])
def test_somebody_elses_exception_is_told_by_type_and_place_alone(stream: StringIO, form: str) -> None:
    configure(form, "rasa", stream)
    try:
        raised()
    except KeyError:
        logging.getLogger("rasa.core").exception("failed")
    told = stream.getvalue()
    assert TEXT not in told
    assert PHONE not in told
    assert "KeyError" in told
    assert "ValueError" in told
    assert "test_logs.py" in told
    assert "raised" in told


def test_errors_about_the_machine_keep_their_words(stream: StringIO) -> None:
    configure("text", "desk", stream)
    for error in (OSError(28, "No space left on device"), SettingsError("KOUJING_HOST", "不对")):
        try:
            raise error
        except (OSError, SettingsError):
            logging.getLogger("koujing.test").exception("failed")
    assert "No space left on device" in stream.getvalue()
    assert "环境变量 KOUJING_HOST：不对" in stream.getvalue()


def test_a_line_of_json_names_program_request_and_fields(stream: StringIO) -> None:
    configure("json", "desk", stream)
    token = request_id.set("abc")
    logging.getLogger("koujing.test").info("answered", extra={"fields": {"millis": 12}})
    request_id.reset(token)
    line = json.loads(stream.getvalue())
    assert line.pop("at").endswith("+08:00")
    assert line == {
        "level": "info", "program": "desk", "logger": "koujing.test", "event": "answered", "request": "abc", "millis": 12,
    }  # fmt: skip


def test_what_ends_the_program_is_told_as_well(stream: StringIO) -> None:
    configure("json", "desk", stream)
    try:
        raised()
    except KeyError as error:
        sys.excepthook(KeyError, error, error.__traceback__)
    assert json.loads(stream.getvalue())["level"] == "critical"
    assert TEXT not in stream.getvalue()


def test_the_loggers_of_libraries_write_here_alone(stream: StringIO) -> None:
    elsewhere = StringIO()
    library = logging.getLogger("a_library")
    library.propagate = False
    library.addHandler(logging.StreamHandler(elsewhere))
    configure("text", "desk", stream)
    library.warning("hello")
    assert elsewhere.getvalue() == ""
    assert "hello" in stream.getvalue()
