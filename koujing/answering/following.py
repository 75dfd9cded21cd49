"""A question without a subject of its own (那要多久? 广州呢?) goes on about the matter spoken of last."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

__all__ = ["followed"]

_LONGEST = 20
# What a question may consist of and still name nothing that it is about.
_HOLLOW = re.compile(
    r"(?:那么?|那边|这边|请问|还有|另外|再问|具体|一般|大概|到底|现在|我们?|你们|咱们?|个人|单位|可以|需要|应该|能不能|可不可以|要不要|有没有"
    r"|申请|申领|领取|办理|提交|准备|拿到?|要|得|能|领|办|交|带|给|发|去|到账?|有|是|在|去哪|找谁?|什么时候|什么|哪些|哪里|哪儿|哪个|哪|谁|怎么样?|怎样|如何|咋"
    r"|多少|多久|多长时间|多长|几个月|几天|几次|几年|何时|时候|时间|每个?月|一个月|一年|每人|钱|金额|标准|材料|资料|手续|证明|流程|条件|要求|地方|部门|窗口|电话"
    r"|截止|到期|最晚|最多|最长|之前|依据|文件|原文|原话|规定|写|说|呢|吗|么|啊|呀|吧|嘛|的|了|都|就|也|会|个)+"
)
_ASKS = re.compile(r"[吗呢?？]|么$|什么|怎|多少|多久|多长|几|哪|谁|何|咋|能不能|可不可以|要不要|有没有")
# 那深圳呢 asks what was asked before.
_SAME_AGAIN = re.compile(r"(?:那么?|呢|吗|的|啊|呀|吧|也|在|我们?|要是|如果)*")


def followed(
    question: Mapping[str, Any], memory: Mapping[str, Any], matters: Collection[str], surfaces: Iterable[str]
) -> dict[str, Any]:
    """The question as it stands, or with the matter (and, where it names no aspect, the intent) of the last one.

    Args:
        question: as read, with its ranked `intents` where known.
        memory: what the session remembers.
        surfaces: the places named in the message, which are no subject.
    """
    last = memory.get("last") or {}
    text = str(question["text"])
    if last.get("topic") not in matters or len(text) > _LONGEST:
        return dict(question)
    named = False
    for surface in sorted(surfaces, key=len, reverse=True):
        named = named or surface in text
        text = text.replace(surface, "")
    rest = re.sub(r"[^\w]", "", text)
    if not (_ASKS.search(text) and (_HOLLOW.fullmatch(rest) or (named and not rest))):
        return dict(question)
    intents = question.get("intents")
    if intents and not _SAME_AGAIN.fullmatch(rest):
        return {**question, "topic": last["topic"], "intent": intents[0][0]}
    return {**question, "topic": last["topic"], "intent": last["intent"]} if named else dict(question)
