"""Every caliber of every provision said for its region, before, inside and after each of its windows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from koujing.answering.reply import Reply
from koujing.answering.spoken import say_caliber, say_silence
from koujing.answering.wording import sentence, topical
from koujing.knowledge.figures import date_words
from koujing.knowledge.provisions import Caliber, Provision
from koujing.rules.windows import bounds
from koujing.settings import DEMO_DATE
from tests.answering.replies import asked, misfits, policies, situation

LONGEST, LONGEST_CALIBER = 330, 250
# Only a part of what these speak of has closed, or another matter: their own conclusion comes first.
CLOSED_IN_PART = {
    "huludao.internship_subsidy.duration",
    "huludao.skill_upgrade_subsidy.overview",
    *(f"huludao.unemployment_benefit.{aspect}" for aspect in ("duration", "eligibility", "overview", "transition")),
}
PROVISIONS = list(policies().provisions.values())
DAY = dt.timedelta(days=1)


def days(provision: Provision, windows: tuple[str, ...]) -> list[dt.date]:
    """Days around the day of effect and around each window's edges, and the demo date."""
    edges = [bounds(provision, provision.windows[name]) for name in windows]
    dates = [day for edge in edges for day in edge if day] + [d for d in (provision.since, provision.until) if d]
    return sorted({DEMO_DATE, *(day + step for day in dates for step in (-DAY, 0 * DAY, DAY))})


def spoken() -> Iterator[tuple[Provision, Caliber, dt.date, Reply]]:
    for provision in PROVISIONS:
        for caliber in (caliber for calibers in provision.calibers.values() for caliber in calibers):
            for on in days(provision, caliber.windows):
                question = asked(provision.matter, caliber.aspect)
                yield (
                    provision,
                    caliber,
                    on,
                    say_caliber(policies(), provision, (caliber,), question, situation(provision.region, on)),
                )


def name(provision: Provision, caliber: Caliber, on: dt.date) -> str:
    return f"{provision.id}.{caliber.aspect}.{caliber.topic or ''} {on}"


def test_every_caliber_fits_the_contract_and_cites_what_stands_there() -> None:
    found = {name(p, c, on): errors for p, c, on, reply in spoken() if (errors := misfits(reply))}
    assert found == {}


def test_it_is_short_enough_to_be_read_aloud() -> None:
    long = {
        name(p, c, on): len(reply["text"])
        for p, c, on, reply in spoken()
        if len(c.text) <= LONGEST_CALIBER and len(reply["text"]) > LONGEST
    }
    assert long == {}


def test_what_has_closed_begins_with_the_last_day() -> None:
    found, seen = {}, 0
    for provision, caliber, on, reply in spoken():
        closes = [bounds(provision, provision.windows[w])[1] for w in caliber.windows]
        last = [date_words(day) for day in closes if day and on > day]
        if not last or (provision.since and on < provision.since):
            continue
        seen += 1
        apart = f"{provision.id}.{caliber.aspect}" in CLOSED_IN_PART
        first = reply["text"] if apart else reply["text"].split("。")[0]
        if not any(day in first for day in last):
            found[name(provision, caliber, on)] = first
    assert seen
    assert found == {}


def test_before_the_day_of_effect_that_is_said_first() -> None:
    for _, _, on, reply in spoken():
        since = policies().provisions[reply["calibers"][0]["id"].split(".")[0], reply["matter"]].since
        if since and on < since:
            assert reply["text"].startswith(f"通知自{date_words(since)}起施行")


def test_the_windows_tell_the_state_of_the_day() -> None:
    for provision, caliber, on, reply in spoken():
        for window, entry in zip(caliber.windows, reply["windows"], strict=True):
            opens, closes = bounds(provision, provision.windows[window])
            expected = "not_yet" if opens and on < opens else "closed" if closes and on > closes else "open"
            assert entry["state"] == expected, name(provision, caliber, on)


def test_the_basis_comes_last_and_names_the_document() -> None:
    for _, _, _, reply in spoken():
        assert "依据：" in reply["text"].rsplit("。", 2)[-2]


def test_the_plain_variant_says_no_more_figures_than_the_text() -> None:
    """Simpler words, the same figures."""
    import re

    found = {}
    for provision, caliber, on, reply in spoken():
        figures = [set(re.findall(r"\d+(?:\.\d+)?", words or "")) for words in (reply["text"], reply["plain"])]
        if on == DEMO_DATE and (more := figures[1] - figures[0] - {"12333", "12345", "12366"}):
            found[name(provision, caliber, on)] = more
    assert found == {}


def test_every_silence_is_said_honestly() -> None:
    found = {}
    for provision in PROVISIONS:
        for aspect, silence in provision.silent.items():
            reply = say_silence(
                policies(), provision, silence, asked(provision.matter, aspect), situation(provision.region)
            )
            errors = misfits(reply)
            if errors or reply["status"] != "referred" or not reply["contacts"]:
                found[provision.id, aspect] = errors
    assert found == {}


def test_after_the_notices_own_time_the_reach_is_told() -> None:
    provision = policies().provisions["huludao", "tax_relief"]
    caliber = provision.calibers["overview"][-1]
    for on, told in ((dt.date(2021, 12, 31), False), (dt.date(2022, 1, 1), True)):
        reply = say_caliber(
            policies(), provision, (caliber,), asked("tax_relief", "overview"), situation("huludao", on)
        )
        assert ("其后新规未收录" in reply["text"]) is told


def test_a_special_topic_is_chosen_by_its_longest_word() -> None:
    found = {}
    for provision in PROVISIONS:
        for aspect, calibers in provision.calibers.items():
            for caliber in (c for c in calibers if c.words):
                for word in caliber.words:
                    chosen = topical(calibers, f"请问{word}怎么算")
                    if chosen is not caliber and max(len(w) for w in chosen.words if w in f"请问{word}怎么算") < len(
                        word
                    ):
                        found[provision.id, aspect, word] = chosen.topic
            assert topical(calibers, "请问").words == ()
    assert found == {}


def test_an_amount_is_worked_out_from_the_askers_own_facts() -> None:
    provision = policies().provisions["huludao", "job_retention_refund"]
    where = situation("huludao", enterprise_size="large", contributions_last_year=1_000_000)
    reply = say_caliber(
        policies(), provision, provision.calibers["amount"], asked("job_retention_refund", "amount"), where
    )
    assert misfits(reply) == []
    assert ("300000", "CNY", "at_most") in [(a["value"], a["unit"], a["qualifier"]) for a in reply["amounts"]]
    assert "300000元" in reply["text"].split("。")[0]


def test_a_sentence_ends_once() -> None:
    assert [sentence(words) for words in ("", " 可以 ", "可以。", "吗？", "吗?")] == [
        "",
        "可以。",
        "可以。",
        "吗？",
        "吗?",
    ]
