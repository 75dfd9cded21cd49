"""What is asked, over and over: short answers and long ones, a question back, what is out of scope."""

from __future__ import annotations

__all__ = ["QUESTIONS", "REGION"]

REGION = "huludao"
QUESTIONS = (
    "稳岗返还什么时候截止",
    "公司28个人，去年裁了3个，能领稳岗返还吗",
    "失业补助金怎么领",
    "律所12个人参保去年一个没裁能领稳岗返还吗",
    "失业补助金标准是多少",
    "见习补贴要什么条件",
    "技能提升补贴怎么申请",
    "灵活就业社保补贴能领多久",
    "一次性创业补贴要什么材料",
    "医保报销比例是多少",
)
