"""What is kept of a person, table by table, as they are told it: Chinese names, and no digests or inner numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from koujing.store import tables as t
from koujing.store.tables_calls import call_notes, call_said, call_sentences, call_turns, calls
from koujing.store.tables_reviews import open_point_hits, readings, review_turns
from koujing.store.tables_takeovers import talk_lines, talks
from koujing.store.tables_tickets import ticket_events, tickets

__all__ = ["ABOUT", "PHONE", "Part"]

PHONE = "电话"


@dataclass(frozen=True)
class Part:
    """Rows of one table: `by` names whose ids (of `Found`) stand in the column `key`."""

    name: str
    source: Any
    key: Any
    by: str
    columns: tuple[Any, ...]
    order: tuple[Any, ...] = ()


def _part(name: str, key: Any, by: str, *order: Any, source: Any = None, **columns: Any) -> Part:
    labelled = tuple(column.label(label) for label, column in columns.items())
    return Part(name, key.table if source is None else source, key, by, labelled, order)


_s, _m, _r, _w = t.sessions.c, t.messages.c, t.receipts.c, t.wechat_messages.c

ABOUT: tuple[Part, ...] = (
    _part("对话", _s.id, "sessions", 编号=_s.id, 渠道=_s.client, 开始时间=_s.created_at),
    _part(
        "提问与答复", _r.session_id, "sessions", _m.answered_at, _r.position,
        source=t.receipts.join(t.messages, (_m.session_id == _r.session_id) & (_m.message_id == _r.message_id)),
        对话=_r.session_id, 时间=_m.answered_at, 回执=_r.code, 提问与事实=_r.private, 答复=_r.reply,
    ),
    _part(
        "网站对话的经过", t.web_events.c.session_id, "sessions", t.web_events.c.id,
        时间=t.web_events.c.at, 种类=t.web_events.c.type, 内容=t.web_events.c.data, 回执=t.web_events.c.receipt,
    ),
    _part(
        "人工服务", talks.c.session_id, "sessions", 对话=talks.c.session_id, 最近说的话=talks.c.said,
        状态=talks.c.state, 最近时间=talks.c.touched_at, 已告知的事实=talks.c.told,
    ),
    _part(
        "人工服务的记录", talk_lines.c.session_id, "sessions", talk_lines.c.id,
        时间=talk_lines.c.at, 种类=talk_lines.c.kind, 内容=talk_lines.c.text, 事实=talk_lines.c.data,
    ),
    _part(
        "评价", t.feedback.c.session_id, "sessions", t.feedback.c.id, 时间=t.feedback.c.at, 回执=t.feedback.c.receipt,
        有用=t.feedback.c.useful, 原因=t.feedback.c.reason, 说明=t.feedback.c.note,
    ),
    _part(
        "回电请求", t.callbacks.c.code, "callbacks", 编号=t.callbacks.c.code, 时间=t.callbacks.c.at,
        电话=t.callbacks.c.phone, 说明=t.callbacks.c.note, 方便的时间=t.callbacks.c.day_part,
    ),
    _part(
        "工单", tickets.c.id, "tickets", 年=tickets.c.year, 号=tickets.c.serial, 查询码=tickets.c.code,
        建单时间=tickets.c.made_at, 状态=tickets.c.state, 标题=tickets.c.title, 问题=tickets.c.question,
        电话=tickets.c.phone, 答复=tickets.c.reply, 答复时间=tickets.c.replied_at, 怎么告知的=tickets.c.delivery_note,
        办结时间=tickets.c.closed_at,
    ),
    _part(
        "工单的经过", ticket_events.c.ticket_id, "tickets", ticket_events.c.id, 时间=ticket_events.c.at,
        做了什么=ticket_events.c.kind, 内容=ticket_events.c.text, 改动=ticket_events.c.data,
    ),
    _part(
        "来电", calls.c.id, "calls", 编号=calls.c.id, 开始=calls.c.opened_at, 结束=calls.c.ended_at,
        情况=calls.c.sheet, 小结=calls.c.note,
    ),
    _part("来电小结的各版", call_notes.c.call_id, "calls", call_notes.c.version, 时间=call_notes.c.at, 内容=call_notes.c.text),
    _part(
        "来电转写", call_sentences.c.call_id, "calls", call_sentences.c.seq, 时间=call_sentences.c.at,
        谁说的=call_sentences.c.speaker, 内容=call_sentences.c.text,
    ),
    _part(
        "来电问答", call_turns.c.call_id, "calls", call_turns.c.id, 时间=call_turns.c.at, 问题=call_turns.c.text,
        答复=call_turns.c.replies,
    ),
    _part(
        "来电告知", call_said.c.call_id, "calls", call_said.c.id, 时间=call_said.c.at, 口径=call_said.c.text,
        另说=call_said.c.worded, 备注=call_said.c.remark,
    ),
    _part(
        "公众号关注者", t.wechat_followers.c.openid, "openids", 公众号=t.wechat_followers.c.appid,
        openid=t.wechat_followers.c.openid, 地区=t.wechat_followers.c.region, 关注时间=t.wechat_followers.c.followed_at,
    ),
    _part("公众号收到的消息", _w.queue_id, "queues", _w.id, 时间=_w.at, 内容=_w.says, 地区=_w.region, 状态=_w.state),
    _part(
        "公众号待发的话", _w.queue_id, "queues", t.wechat_parts.c.id,
        source=t.wechat_parts.join(t.wechat_messages, _w.id == t.wechat_parts.c.message_id),
        时间=t.wechat_parts.c.at, 内容=t.wechat_parts.c.text, 状态=t.wechat_parts.c.state,
    ),
    _part(
        "复核", review_turns.c.session_id, "sessions", review_turns.c.id, 时间=review_turns.c.at,
        问题=review_turns.c.question, 标注=review_turns.c.label, 说明=review_turns.c.note,
    ),
    _part(
        "待明确事项里的提问", open_point_hits.c.session_id, "sessions", open_point_hits.c.id,
        时间=open_point_hits.c.at, 问题=open_point_hits.c.question,
    ),
    _part(
        "没有把握的理解", readings.c.session_id, "sessions", 时间=readings.c.at, 把握=readings.c.share,
        像哪些事项=readings.c.topics,
    ),
)  # fmt: skip
