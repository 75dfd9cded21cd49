"""A tiny set of marked sentences, in words that no cue of the policies knows, and of sentences that look like them."""

from __future__ import annotations

from dataclasses import replace

from koujing.text.marked import parse_marked
from koujing.text.normalise import normalise

LINES = [
    "[如今在家抠脚](is_unemployed=true)，发愁得很",
    "[天天在家抠脚](is_unemployed=true)",
    "我呢，[眼下在家抠脚](is_unemployed=true)",
    "[我的饭碗砸了](is_unemployed=true)，咋办",
    "[饭碗砸了](is_unemployed=true)，[在家抠脚](is_unemployed=true)",
    "[饭碗端得稳](is_unemployed=false)",
    "我[饭碗端得稳着呢](is_unemployed=false)，就想问问",
    "[眼下饭碗端得稳](is_unemployed=false)",
    "[红本本攥手里了](certificate_obtained=true)",
    "上月[红本本攥手里了](certificate_obtained=true)，[饭碗端得稳](is_unemployed=false)",
    "[电工的红本本攥手里了](certificate_obtained=true)，来问补贴",
    "手底下[37](company_headcount)张嘴",
    "我手底下[二十五](company_headcount)张嘴，不容易",
    "手底下养着[8](company_headcount)张嘴",
    "手底下拢起来[112](company_headcount)张嘴",
    "前后熬了[14个月](insured_months)",
    "社保前后熬了[两年](insured_months)，[饭碗砸了](is_unemployed=true)",
    "统共前后熬了[9个月](insured_months)",
    # what looks like them and states nothing
    "砸了饭碗的人能拿啥",
    "在家抠脚的人有没有补贴",
    "谁的饭碗端得稳谁才有吗",
    "红本本在哪领",
    "红本本啥样",
    "桌上摆着3张纸",
    "桌上摆着21张纸，咋填",
    "办这个要几张纸，5张吗",
    "房租前前后后欠14个月",
    "房租欠了两年，愁人",
    "房租还有9个月到期",
]
MARKED = [parse_marked(line, normalise) for line in LINES]

ANSWERS = {
    "was_insured": [
        "厂里[一直给上着](was_insured=true)",
        "[给上过](was_insured=true)",
        "[上过几年](was_insured=true)",
        "厂里[一天没给上](was_insured=false)",
        "[没给上过](was_insured=false)",
        "[压根没给上](was_insured=false)",
        "这个要问会计",
        "上没上过得查查",
    ],
    "is_disabled": [
        "[腿脚不方便](is_disabled=true)，有本子",
        "[有本子](is_disabled=true)",
        "[本子是三级](is_disabled=true)",
        "[身板硬实着呢](is_disabled=false)",
        "[硬实](is_disabled=false)，没毛病",
        "[身板硬实](is_disabled=false)",
        "什么本子",
        "这个要问我家里人",
    ],
    "post_kind": [
        "[车间踩机子](post_kind=worker)",
        "[车间踩机子的](post_kind=worker)",
        "一直[车间踩机子](post_kind=worker)",
        "[坐机关写材料](post_kind=cadre)",
        "[坐机关写材料的](post_kind=cadre)",
        "这个怎么分",
    ],
}
"""Answers by the fact that was asked for."""
ANSWERED = [replace(parse_marked(line, normalise), asked=fact) for fact, lines in ANSWERS.items() for line in lines]
