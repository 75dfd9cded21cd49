"""Errors of the store of calls, told to people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from koujing.desk.console.errors import ConflictError, GoneError
from koujing.desk.errors import ApiError
from koujing.store.call_records import SentenceReusedError
from koujing.store.calls import CallEndedError, CallGoneError, CallTakenError

__all__ = ["told"]


class SequenceError(ApiError):
    """The number of a sentence came again with other words."""

    status, code = 409, "seq_reused"

    def __init__(self, seq: int) -> None:
        super().__init__(
            f"第 {seq} 句先前是另一句话，这一批都没有记录。", "重发同一句时内容要一样；改正过的句子请用新的 seq。"
        )


@contextmanager
def told() -> Iterator[None]:
    """Raises ApiError in place of what the store raises."""
    try:
        yield
    except CallGoneError as error:
        raise GoneError("没有这通电话。") from error
    except CallTakenError as error:
        raise ConflictError("这通电话由别的坐席接听。", "请从“接听”页接下一通。") from error
    except CallEndedError as error:
        raise ConflictError("这通电话已经小结，不能再改。", "要接着说，请先按“重新打开”。") from error
    except SentenceReusedError as error:
        raise SequenceError(error.seq) from error
