"""A tiny training set: three matters, two refusal kinds, a few intents."""

from __future__ import annotations

from koujing.search.topics import Example

REFUND, ASSISTANCE, SKILL = "job_retention_refund", "unemployment_assistance", "skill_upgrade_subsidy"
MATTERS = {REFUND, ASSISTANCE, SKILL}

LABELLED = [
    ("稳岗返还能领多少钱", REFUND, "ask_amount"),
    ("稳岗返还的比例是多少", REFUND, "ask_amount"),
    ("稳岗返还什么时候截止", REFUND, "ask_deadline"),
    ("单位裁员率不高能申请稳岗返还吗", REFUND, "ask_eligibility"),
    ("失业补助金一个月多少钱", ASSISTANCE, "ask_amount"),
    ("失业补助金最晚什么时候申请", ASSISTANCE, "ask_deadline"),
    ("我失业了能领失业补助金吗", ASSISTANCE, "ask_eligibility"),
    ("没工作了交过失业保险能领补助吗", ASSISTANCE, "ask_eligibility"),
    ("技能提升补贴多少钱", SKILL, "ask_amount"),
    ("考了证能领技能提升补贴吗", SKILL, "ask_eligibility"),
    ("展翅行动什么时候截止", SKILL, "ask_deadline"),
    ("养老金什么时候涨", "pension", "out_of_scope"),
    ("退休金一个月多少", "pension", "out_of_scope"),
    ("退休手续怎么办", "pension", "out_of_scope"),
    ("你好", "greeting", "smalltalk"),
    ("早上好啊", "greeting", "smalltalk"),
]
EXAMPLES = [Example(*labelled) for labelled in LABELLED]
