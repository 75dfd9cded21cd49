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
    "receipts_list": "列出带某口径的回执",
    "receipts_recall": "收回回执",
    "receipts_tell": "告知更正",
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
    "ticket_open": "建工单",
    "ticket_view": "查看工单",
    "ticket_edit": "修改工单",
    "ticket_assign": "派工单",
    "ticket_accept": "承办工单",
    "ticket_lack": "工单请补充",
    "ticket_supply": "工单已补充",
    "ticket_return": "退回工单",
    "ticket_reply": "答复工单",
    "ticket_deliver": "工单答复再次送达",
    "ticket_told": "登记工单已告知",
    "ticket_close": "办结工单",
    "ticket_reopen": "重开工单",
    "ticket_void": "作废工单",
    "ticket_note": "写工单备注",
    "ticket_phone": "查看工单电话号码",
    "ticket_export": "导出工单",
    # review
    "review_view": "查看复核的一条",
    "review_label": "标注答复",
    "review_move": "改复核状态",
    "review_change": "做成改动",
    "review_withdraw": "撤回改动",
    "patch_make": "合成补丁",
    "patch_take": "下载补丁",
    "patch_try": "试补丁",
    "patch_merge": "补丁已合并",
    "patch_drop": "补丁不采用",
    # open points
    "point_view": "查看待明确事项",
    "point_open": "立待明确事项",
    "point_change": "改待明确事项",
    "point_link": "归入待明确事项",
    "point_unlink": "移出待明确事项",
    "point_answer": "记录科室答复",
    # figures, hours
    "figures_export": "导出数据报告",
    "hours_change": "改人工服务时间",
    # practice
    "practice_begin": "开始练习（看到以往问题）",
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
    "label": "标注",
    "change": "改动",
    "fits": "通过",
    "point": "待明确事项",
    "state": "状态",
    "source": "来源",
    "rows": "条数",
}
