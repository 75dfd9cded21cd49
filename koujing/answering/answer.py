"""The one entrance of the core: an understood question, answered (see design §2, step 4)."""

from __future__ import annotations

import re

from koujing.answering.ask import ask_region
from koujing.answering.asked import Asked, Situation
from koujing.answering.determined import rules_asked, say_determination, stated
from koujing.answering.quoted import quote
from koujing.answering.refusals import not_in_notice, outside_region, refusal
from koujing.answering.reply import Reply
from koujing.answering.spoken import say_caliber, say_silence
from koujing.knowledge.base import Knowledge

__all__ = ["answer"]

_PERSONAL = re.compile(r"[吗嘛么不没]|能|可以|算|符合|行|够|该|有没有|是否|能否|可否|系咪|得唔得|可唔可以")
_DECIDABLE = ("eligibility", "who", "conditions", "definition", "list", "overview", "deadline", "transition")


def answer(knowledge: Knowledge, asked: Asked, situation: Situation) -> Reply:
    """The reply to one question: deterministic, worded only from approved calibers and frames.

    Args:
        knowledge: the loaded policies.
        asked: intent and topic as understood; a topic is a matter or a refusal kind.
        situation: region, date and facts.
    """
    if asked.topic in knowledge.refusals["kinds"]:
        return refusal(knowledge, asked.topic, situation.on, asked.text, situation.region)
    if situation.region is None:
        return ask_region(knowledge, situation, asked.text, asked.topic)
    region = knowledge.regions.get(situation.region)
    assert region is not None
    if not region.covered:
        return outside_region(knowledge, situation.region, situation.on, asked.text)
    if not knowledge.chain(asked.topic, situation.region):
        return not_in_notice(knowledge, asked.topic, situation.region, situation.on, asked.text)
    if asked.intent == "quote_original":
        return quote(knowledge, asked, situation)
    return _decided(knowledge, asked, situation) or _aspect(knowledge, asked, situation)


def _decided(knowledge: Knowledge, asked: Asked, situation: Situation) -> Reply | None:
    """A verdict, where rules exist and the asker's facts bear on them."""
    assert situation.region is not None
    aspect = asked.intent.removeprefix("ask_")
    provision = knowledge.ruling(asked.topic, situation.region)
    if provision is None or aspect not in _DECIDABLE:
        return None
    context = asked.context or asked.text
    rules = rules_asked(provision, context)
    if not rules:
        return None
    bearing = stated(knowledge, rules, situation.facts)
    own = bearing & set(asked.own_facts) if asked.own_facts else bearing
    if aspect == "eligibility":
        return say_determination(knowledge, provision, rules, asked, situation) if bearing else None
    if not own or not _PERSONAL.search(asked.text):
        return None
    reply = say_determination(knowledge, provision, rules, asked, situation)
    return reply if reply["status"] == "determined" else None


def _aspect(knowledge: Knowledge, asked: Asked, situation: Situation) -> Reply:
    assert situation.region is not None
    aspect = asked.intent.removeprefix("ask_")
    if aspect not in knowledge.wordings["aspects"]:
        aspect = "overview"
    found = knowledge.find_caliber(asked.topic, aspect, situation.region)
    if found is not None:
        return say_caliber(knowledge, *found, asked, situation)
    silence = knowledge.find_silence(asked.topic, aspect, situation.region)
    if silence is not None:
        return say_silence(knowledge, *silence, asked, situation)
    overview = knowledge.find_caliber(asked.topic, "overview", situation.region)
    if overview is not None:
        return say_caliber(knowledge, *overview, asked, situation)
    return quote(knowledge, asked, situation)
