"""Errors of the stores of review, told to people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from koujing.desk.console.errors import ConflictError, GoneError
from koujing.store.open_points import PointChangedError, PointGoneError
from koujing.store.review_patches import PatchGoneError, PatchStateError
from koujing.store.reviews import ReviewChangedError, ReviewGoneError

__all__ = ["told"]


@contextmanager
def told() -> Iterator[None]:
    """Raises ApiError in place of what the stores raise."""
    try:
        yield
    except ReviewGoneError as error:
        raise GoneError("没有这一条。", "可能市民已清除对话，或地址不完整。") from error
    except ReviewChangedError as error:
        raise ConflictError(
            "这一条刚被同事改过，您的没有保存。", "填的内容还在下面；请看一眼现在的标注，再保存。"
        ) from error
    except PatchGoneError as error:
        raise GoneError("没有这个补丁或改动。") from error
    except PatchStateError as error:
        raise ConflictError("它已经在补丁里，或补丁已经结束。", "请刷新页面看现在的样子。") from error
    except PointGoneError as error:
        raise GoneError("没有这个待明确事项。", "请核对编号。") from error
    except PointChangedError as error:
        raise ConflictError(
            "这一项刚被同事改过，您的没有保存。", "填的内容还在下面；请看一眼现在的内容，再保存。"
        ) from error
