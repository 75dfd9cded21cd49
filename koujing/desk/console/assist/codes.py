"""The codes of a call's record, with their words: how it ended, and why an operator worded an answer otherwise."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["DEVIATIONS", "WRAP_UPS"]

WRAP_UPS: Mapping[str, str] = {
    "answered": "当场答清",
    "partly": "部分答清",
    "referred": "告知其他渠道",
    "ticket": "转工单",
    "callback": "约定回电",
    "cut": "中断或无人说话",
    "other": "其他",
}
DEVIATIONS: Mapping[str, str] = {
    "plainer": "换成更好懂的说法",
    "part": "只说了其中一部分",
    "more": "补充了别的情况",
    "other_document": "按其他文件答复",
    "disagree": "认为口径有误",
    "other": "其他",
}
