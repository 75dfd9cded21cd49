"""What the audit calls things: every action's name, and whom or what its object is."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ACTIONS", "DETAILS"]

ACTIONS: Mapping[str, str] = {
    # people and order
    "sign_in": "登录",
    "sign_in_failed": "登录失败",
    "sign_out": "退出",
    "own_password": "改自己的密码",
    "own_password_failed": "改密码时旧密码不对",
    "own_sessions_end": "结束自己的其他登录",
    "staff_add": "新建账号",
    "staff_change": "改账号",
    "staff_password": "重置密码",
    "staff_disable": "停用账号",
    "staff_enable": "启用账号",
    "audit_view": "查看审计",
    "switch_off": "停用",
    "switch_on": "恢复",
    "announce": "发布紧急公告",
    "announce_withdraw": "撤回紧急公告",
    # calls
    "call_open": "接听来电",
    "call_take": "接听呼叫中心来电",
    "call_view": "查看通话记录",
    "call_text": "取出通话答复文本",
    "call_said": "记录已告知的答复",
    "call_deviation": "记录偏离口径的说法",
    "call_wrap_up": "来电小结",
    "call_reopen": "重新打开来电",
    # conversations
    "talk_view": "查看会话",
    "talk_take": "接手会话",
    "talk_say": "答复市民",
    "talk_back": "交还智能助手",
    "talk_transfer": "转交会话",
    "talk_note": "写内部备注",
    # tickets
    # review
}

# Keys of an entry's detail, for people.
DETAILS: Mapping[str, str] = {
    "name": "账号",
    "display": "姓名",
    "roles": "角色",
    "roles_before": "原角色",
    "office": "科室",
    "reason": "原因",
    "until": "到",
    "starts": "从",
    "ends": "到",
    "text": "内容",
    "sessions": "登录数",
    "filter": "条件",
    "channel": "渠道",
    "caliber": "用口径",
    "to": "转给",
}
