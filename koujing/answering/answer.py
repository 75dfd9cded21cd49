"""The one entrance of the core: an understood question, answered (see design §2, step 4)."""

from __future__ import annotations

from dataclasses import replace

from koujing.answering.amount_asked import with_question
from koujing.answering.ask import ask_matter, ask_region
from koujing.answering.asked import ALL_MATTERS, NO_MATTER, Asked, Situation
from koujing.answering.determined import rules_asked, say_determination, stated
from koujing.answering.quoted import quote, quote_numbered, quote_repeated
from koujing.answering.refusals import not_in_notice, outside_region, refusal
from koujing.answering.reply import Reply
from koujing.answering.screening import screen
from koujing.answering.spoken import say_caliber, say_silence
from koujing.knowledge.base import Knowledge
from koujing.rules.amounts import facts_used
from koujing.text.asking_words import AskingWords

__all__ = ["answer", "wants_verdict"]

# Aspects whose honest silence may give way to one nearly as likely meant; a figure, a time or a place asked for never does.
_LOOSE = ("eligibility", "overview", "who", "conditions", "how", "definition", "list", "transition")
# Asked of someone's own case with yes or no (我够不够条件), these ask for a verdict.
_CONDITIONS = ("conditions", "who")
# Asked with yes or no, these give way to the verdict where it is nearly as likely meant (我能不能申请到); a time only where
# facts are told that bear on it.
_YIELDING = ("how", "overview", "transition", "deadline")
# So many facts that bear on the rules make a case.
_A_CASE = 2
# Who wants to be asked about a case, and tells nothing of it, asks for the verdict by these.
_ASKS_A_VERDICT = ("ask_eligibility", "ask_overview")
_NEVER_DECIDED = ("materials", "where", "funding", "basis")


def answer(knowledge: Knowledge, asked: Asked, situation: Situation, screened: int = 0) -> Reply:
    """The reply to one question: deterministic, worded only from approved calibers and frames.

    Args:
        knowledge: the loaded policies.
        asked: intent and topic as understood.
        situation: region, date and facts.
        screened: how many questions a screening of all matters has asked already.
    """
    if asked.topic in knowledge.refusals["kinds"]:
        repeated = quote_repeated(knowledge, asked, situation) if _may_repeat(knowledge, asked.topic) else None
        return repeated or refusal(knowledge, asked.topic, situation.on, asked.text, situation.region)
    if asked.topic in knowledge.matters:
        asked = _led(knowledge, asked, situation)
    if asked.topic == NO_MATTER and situation.region is None:
        return ask_matter(knowledge, asked.text, situation)
    if situation.region is None:
        return ask_region(knowledge, situation, asked.text, _matter(knowledge, asked))
    region = knowledge.regions.get(situation.region)
    assert region is not None
    inside = tuple(
        dict.fromkeys(n.region for n in knowledge.notices.values() if knowledge.regions.within(n.region, region.id))
    )
    if not region.covered and inside:
        narrowed = replace(situation, places=inside, surface=region.name)
        return ask_region(knowledge, narrowed, asked.text, _matter(knowledge, asked))
    if not region.covered:
        return outside_region(knowledge, situation.region, situation.on, asked.text)
    if asked.near_topics:
        return ask_matter(knowledge, asked.text, situation, [asked.topic, *asked.near_topics])
    if asked.topic == NO_MATTER:
        return _nothing_named(knowledge, asked, situation)
    if asked.topic == ALL_MATTERS:
        return screen(knowledge, asked, situation, screened)
    if not knowledge.chain(asked.topic, situation.region):
        return not_in_notice(knowledge, asked.topic, situation.region, situation.on, asked.text)
    if asked.intent == "quote_original":
        return quote(knowledge, asked, situation)
    return _decided(knowledge, asked, situation) or _aspect(knowledge, asked, situation)


def _may_repeat(knowledge: Knowledge, kind: str) -> bool:
    """Whether what seems to be of this kind may be a sentence of a notice for which no caliber was found."""
    return kind == "nonsense" or knowledge.refusals["kinds"][kind]["status"] == "outside_scope"


def _matter(knowledge: Knowledge, asked: Asked) -> str | None:
    return asked.topic if asked.topic in knowledge.matters else None


def _nothing_named(knowledge: Knowledge, asked: Asked, situation: Situation) -> Reply:
    """A sentence repeated, or a clause asked for by its number alone, is quoted; else the matter is asked for."""
    if repeated := quote_repeated(knowledge, asked, situation):
        return repeated
    if asked.intent == "quote_original" and situation.region is not None:
        quoted = quote_numbered(knowledge, asked, situation)
        if quoted is not None:
            return quoted
    return ask_matter(knowledge, asked.text, situation)


def _led(knowledge: Knowledge, asked: Asked, situation: Situation) -> Asked:
    """The question about the matter that the facts told lead to, where the matter asked about names one."""
    matter = knowledge.matters[asked.topic]
    told = any(id in asked.own_facts and situation.facts[id].value is value for id, value in matter.leads_when)
    if matter.leads_to is None or not told or asked.intent.removeprefix("ask_") not in _LOOSE:
        return asked
    return replace(asked, topic=matter.leads_to)


def wants_verdict(words: AskingWords, asked: Asked) -> bool:
    """Whether a question asks for yes or no about the case of a person, or just as one before that did."""
    if asked.again or (asked.wants_asking and (asked.situated or asked.intent in _ASKS_A_VERDICT)):
        return True
    gets = words.gets(asked.text) and not words.more_than_one(asked.text)
    own = asked.personal or words.wishes(asked.text) or (asked.situated and gets)
    return own and words.yes_no(asked.text)


def _decided(knowledge: Knowledge, asked: Asked, situation: Situation) -> Reply | None:
    """A verdict, where rules exist and the asker's facts bear on them.

    Asked whether one qualifies, the missing facts are asked for; for other aspects a yes/no question is decided only
    when the facts at hand settle it, and one for the amount or the time when they settle that too.
    """
    assert situation.region is not None
    aspect, words = asked.intent.removeprefix("ask_"), knowledge.dialogue.asks_for
    if aspect in ("deadline", "transition") and _tells_its_case(knowledge, asked, situation):
        aspect = "eligibility"
    if asked.unread:
        return None
    matter = knowledge.wordings["decided_by"].get(aspect, asked.topic)
    provision = knowledge.ruling(matter, situation.region) or knowledge.ruling(asked.topic, situation.region)
    if provision is None or aspect in _NEVER_DECIDED:
        return None
    rules = rules_asked(provision, asked.context or asked.text, asked.own_facts)
    bearing = stated(knowledge, rules, situation.facts)
    wanted = wants_verdict(words, asked)
    if not rules or not (bearing or wanted):
        return None
    if asked.aside and words.open(asked.text) and not words.yes_no(asked.text):
        return None
    if (
        asked.again
        or aspect == "eligibility"
        or _keywords(words, asked, bearing, aspect)
        or _mentions(words, asked, bearing, aspect)
        or (aspect in _CONDITIONS and wanted and not words.open(asked.text))
        or (aspect in ("amount", *_CONDITIONS) and bearing and words.qualifies(asked.text))
        or (wanted and _gives_way(words, asked, aspect, bearing))
    ):
        reply = say_determination(knowledge, provision, rules, asked, situation)
        much = aspect == "amount" or words.how_much(asked.text)
        return with_question(knowledge, reply, provision, rules, situation) if much else reply
    own = bearing & set(asked.own_facts)
    plainly = words.yes_no(asked.text) and not words.open(asked.text)
    if not own or not (plainly or aspect in ("amount", "duration")):
        return None
    reply = say_determination(knowledge, provision, rules, asked, situation)
    worked_out = plainly or (aspect == "amount" and reply["verdict"] == "ineligible") or _worked_out(aspect, reply)
    if reply["status"] != "determined" or not worked_out:
        return None
    return with_question(knowledge, reply, provision, rules, situation) if aspect == "amount" else reply


def _gives_way(words: AskingWords, asked: Asked, aspect: str, bearing: set[str]) -> bool:
    """Whether a question with yes or no, read as for another aspect, may as well ask for the verdict."""
    if aspect not in _YIELDING or words.open(asked.text):
        return False
    if aspect == "overview" and len(bearing & set(asked.own_facts)) >= _A_CASE:
        return True
    if "ask_eligibility" not in asked.near_intents:
        return False
    if aspect == "how" and words.handled(asked.text):
        return False
    return aspect != "deadline" or bool(bearing & set(asked.own_facts))


def _tells_its_case(knowledge: Knowledge, asked: Asked, situation: Situation) -> bool:
    """Whether what seems to be asked for is a time, and a case is told and whether there is still time for it."""
    assert situation.region is not None
    provision, words = knowledge.ruling(asked.topic, situation.region), knowledge.dialogue.asks_for
    if provision is None or not wants_verdict(words, asked) or words.open(asked.text):
        return False
    rules = rules_asked(provision, asked.context or asked.text, asked.own_facts)
    return len(stated(knowledge, rules, situation.facts) & set(asked.own_facts)) >= _A_CASE


def _keywords(words: AskingWords, asked: Asked, bearing: set[str], aspect: str) -> bool:
    """Whether a matter is only named beside several facts that decide it (稳岗 参保30人 裁6), as operators write."""
    asks = words.open(asked.text) or words.yes_no(asked.text)
    return aspect == "overview" and not asks and len(bearing & set(asked.own_facts)) > 1


def _mentions(words: AskingWords, asked: Asked, bearing: set[str], aspect: str) -> bool:
    """Whether somebody tells of a case and that there is such a benefit, asking nothing (让公司辞了，听说有个失业补助金)."""
    asks = words.open(asked.text) or words.yes_no(asked.text)
    case = asked.personal and asked.situated and bearing & set(asked.own_facts)
    return aspect == "overview" and "ask_eligibility" in asked.near_intents and not asks and bool(case)


def _worked_out(aspect: str, reply: Reply) -> bool:
    """Whether a determination says how much, or for how long where that is asked."""
    units = {amount["unit"] for amount in reply["amounts"] if amount["value"]}
    return bool(units) if aspect == "amount" else "months" in units


def _gives_a_sum(knowledge: Knowledge, asked: Asked, situation: Situation) -> bool:
    """Whether the asker tells a sum of money from which an amount of the matter is worked out."""
    assert situation.region is not None
    provision = knowledge.ruling(asked.topic, situation.region)
    if provision is None:
        return False
    used = set().union(*(facts_used(amount.compute) for amount in provision.all_amounts()))
    return any(id in used and knowledge.facts[id].type == "money" for id in asked.own_facts)


def _asking_on(knowledge: Knowledge, reply: Reply, asked: Asked, situation: Situation) -> Reply:
    """The caliber of an amount, and what is still to be told for the amount of the case, where rules decide it."""
    assert situation.region is not None
    provision = knowledge.ruling(asked.topic, situation.region)
    rules = rules_asked(provision, asked.context or asked.text, asked.own_facts) if provision else []
    if provision is None or not stated(knowledge, rules, situation.facts):
        return reply
    return with_question(knowledge, reply, provision, rules, situation)


def _aspect(knowledge: Knowledge, asked: Asked, situation: Situation) -> Reply:
    """The caliber of the aspect asked, or of one nearly as likely meant where the notice is silent on the first."""
    assert situation.region is not None
    aspects = [intent.removeprefix("ask_") for intent in (asked.intent, *asked.near_intents)]
    if aspects[0] not in _LOOSE:
        aspects = aspects[:1]
    elif _gives_a_sum(knowledge, asked, situation):
        aspects = ["amount", *aspects]
    for aspect in aspects:
        found = knowledge.find_caliber(asked.topic, aspect, situation.region)
        if found is not None:
            reply = say_caliber(knowledge, *found, asked, situation)
            return _asking_on(knowledge, reply, asked, situation) if aspect == "amount" else reply
    narrowest = knowledge.chain(asked.topic, situation.region)[0]
    silence = knowledge.find_silence(asked.topic, aspects[0], situation.region)
    overview = knowledge.find_caliber(asked.topic, "overview", situation.region)
    if silence is not None and (silence[0] is narrowest or overview is None or overview[0] is not narrowest):
        return say_silence(knowledge, *silence, asked, situation)
    if overview is not None:
        return say_caliber(knowledge, *overview, asked, situation)
    return quote(knowledge, asked, situation)
