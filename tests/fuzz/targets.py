"""The parsers, each as a function of bytes that must not raise. What a parser may refuse, and how, is caught here and nothing else is.

Made anew in each process, as atheris instruments what is imported.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.fuzz.made import EVIL, NASTY, knowledge, mutated, text_of

__all__ = ["TARGETS"]

Target = Callable[[bytes], None]

ON = dt.date(2021, 9, 15)


def numbers() -> Target:
    """Numerals, percents, money, dates, durations: spans lie within the text and in order."""
    from koujing.text.amounts import find_money, find_percents
    from koujing.text.dates import find_dates
    from koujing.text.durations import find_durations
    from koujing.text.figures import find_figures, fold
    from koujing.text.near_dates import find_near_dates
    from koujing.text.normalise import normalise
    from koujing.text.numerals import find_numbers, parse_numeral, parse_range

    finders = (find_numbers, find_percents, find_money, find_durations)
    dated = (find_dates, find_near_dates, find_figures)

    def target(data: bytes) -> None:
        said = text_of(data, 200)
        plain = normalise(said)
        # Again it says the same: what is normalised is kept, compared and searched.
        assert normalise(plain) == plain, said
        for text in (said, plain):
            parse_numeral(text[:20])
            parse_range(text[:20])
            fold(text, ON)
            for spans in (*(find(text) for find in finders), *(find(text, ON) for find in dated)):
                assert all(0 <= span.start < span.end <= len(text) for span in spans), text

    return target


def reading() -> Target:
    """Facts, places, questions, terms by sound, Cantonese, English words: as the reader uses them."""
    from koujing.rasa.tools import build_tools
    from koujing.settings import ROOT
    from koujing.text.faces import without_faces
    from koujing.text.normalise import normalise

    tools = build_tools(knowledge(), ROOT / "policies", Path(tempfile.mkdtemp()) / "cache")

    def target(data: bytes) -> None:
        text = tools.glossary.translate(normalise(without_faces(text_of(data, 60))))
        places = tools.places.find(text)
        assert all(text[place.start : place.end] for place in places)
        tools.terms.restore(text, [(place.start, place.end) for place in places])
        plain = tools.facts.plain(text)
        for read in (*tools.facts.read(text, ON), *tools.facts.everyones(text, ON)):
            assert read.fact in knowledge().facts
        tools.facts.names_anyone(plain)
        tools.facts.person_words(text)
        tools.questions.split(text)
        list(tools.questions.halves(text))
        for sentence in tools.questions.asking_sentences(text):
            start, end = tools.questions.asking_clause(sentence)
            assert 0 <= start <= end <= len(sentence)

    return target


def dialogue() -> Target:
    """Whether a text corrects, chooses, supposes, agrees."""

    def target(data: bytes) -> None:
        text, words = text_of(data, 120), knowledge().dialogue
        words.acts(text)
        words.acts(text, wholly=True)
        words.corrected(text)
        words.corrected(text, weakly=True)
        words.contrasted(text)
        words.actually(text)
        words.ordinal(text, bare=True)
        words.ordinal(text, bare=False)
        words.yes_or_no(text)
        if words.supposes(text):
            words.supposed(text)
        for ask in (
            words.short,
            words.asks,
            words.screens,
            words.likewise,
            words.what_of,
            words.whom,
            words.same_again,
        ):
            ask(text)

    return target


def shown() -> Target:
    """Masking, and a text cut for a screen, for a follower, for another script: nothing is lost, no limit passed."""
    from koujing.desk.script import in_script
    from koujing.desk.web.paragraphs import paragraphs, sentences, summary, text_parts
    from koujing.desk.wechat.split import split
    from koujing.private.mask import mask

    def target(data: bytes) -> None:
        text = text_of(data)
        assert "13812345678" not in mask(f"{text} 13812345678 ")
        assert "".join(sentences(text)) == text
        paragraphs(text)
        assert len(summary(text)) <= 80
        parts = text_parts(text, text[-5:] or None, "依据：")
        assert parts.said + (parts.question or "") + (parts.basis or "") == text
        in_script({"status": "quoted", "text": text, "points": [text], "citations": []}, "hant")
        assert all(len(part.encode()) <= 1900 for part in split(text))

    return target


def callbacks() -> Target:
    """WeChat's callbacks: XML as anybody may write it, envelopes changed anywhere, queries of any kind."""
    from koujing.desk.wechat import xml
    from koujing.desk.wechat.crypto import Cipher
    from koujing.desk.wechat.errors import CallbackError
    from koujing.desk.wechat.inbound import read
    from koujing.desk.wechat.signature import message_signature
    from tests.desk.wechat.callbacks import APPID, KEY, TOKEN, Platform, finish, sha1_of_sorted

    platform, cipher = Platform(), Cipher(KEY, APPID)

    def target(data: bytes) -> None:
        chance = random.Random(data[:4])
        said = text_of(data[4:])
        good = platform.message(Content=said.replace("]]>", "")).encode("utf-8", "surrogatepass")
        body = mutated(good, chance) if len(data) % 2 else data[4:]
        for lenient in (False, True):
            try:
                read(xml.parse(body, lenient=lenient))
            except CallbackError:
                pass
        encrypted = cipher.encrypt(body)
        assert cipher.decrypt(encrypted) == body
        bad = mutated(encrypted.encode(), chance).decode("latin-1")
        at, nonce = str(int(platform.clock().timestamp())), str(chance.randrange(10**9))
        for sealed in (encrypted, bad):
            signed = {
                "signature": sha1_of_sorted(TOKEN, at, nonce), "timestamp": at, "nonce": nonce, "encrypt_type": "aes",
                "msg_signature": message_signature(TOKEN, at, nonce, sealed),
            }  # fmt: skip
            query = list(signed.items())
            if chance.random() < 0.2:
                query.insert(
                    chance.randrange(5), (chance.choice(["nonce", "openid", "x", "timestamp"]), chance.choice(NASTY))
                )
            envelope = xml.compose({"ToUserName": "gh", "Encrypt": sealed})
            try:
                finish(platform.guard.open(query, envelope))
            except CallbackError as error:
                assert error.status in (400, 403, 413)
        # What we write ourselves is read again as it was, but for what no XML can hold.
        written = xml.parse(xml.text_message(said, said, 1, said))
        assert written["Content"] == xml.parse(xml.compose({"Content": written["Content"]})).get("Content")

    return target


def tokens() -> Target:
    """Session tokens, receipts' and tickets' codes, where to go after signing in, a browser's cursor."""
    from koujing.desk.console.access import next_page
    from koujing.desk.errors import BadRequestError
    from koujing.desk.web.request import parse_callback, parse_cursor, parse_message, parse_opinion, parse_wait
    from koujing.desk.web.tokens import Session, Tokens

    signer = Tokens(b"k" * 32)
    good = signer.issue(Session("a" * 22, 1, "demo", None))

    def target(data: bytes) -> None:
        chance = random.Random(data[:4])
        changed = mutated(good.encode(), chance).decode("latin-1")
        assert changed == good or signer.read(changed) is None
        value = chance.choice([*NASTY, text_of(data), data.decode("latin-1")])
        signer.read(value)
        assert next_page(value).startswith("/console")
        body = {
            name: chance.choice([value, None, 1, True, [], {}])
            for name in ("phone", "note", "when", "text", "option", "mode", "receipt", "reason")
        }
        body |= {"consent": True, "useful": True, "message_id": "0" * 8 + "-0000" * 3 + "-" + "0" * 12}
        for parse, fields in (
            (parse_callback, ("phone", "consent", "note", "when")),
            (parse_message, ("message_id", "text", "option", "mode")),
            (parse_opinion, ("receipt", "useful", "reason", "note")),
        ):
            try:
                parse({name: body[name] for name in fields})
            except BadRequestError:
                pass
        for parse in (lambda: parse_cursor(value, None), lambda: parse_wait(value)):
            try:
                parse()
            except BadRequestError:
                pass

    return target


def values() -> Target:
    """Settings, and policy files: wrong ones are refused in words, with the line."""
    from koujing.errors import SettingsError
    from koujing.knowledge.errors import PolicyFileError
    from koujing.knowledge.yaml_lines import read_document
    from koujing.settings import ROOT, VARIABLES, Settings

    names = sorted(VARIABLES)
    sources = [path.read_bytes()[:1500] for path in sorted((ROOT / "policies").glob("*.yml"))]
    file = Path(tempfile.mkdtemp()) / "policy.yml"

    def target(data: bytes) -> None:
        chance = random.Random(data[:4])
        value = chance.choice([*NASTY, text_of(data), data.decode("latin-1")]).replace("\0", "")
        name = chance.choice(names) + chance.choice(["", "", "", "_FILE", "X"])
        try:
            settings = Settings.from_env({name: value})
        except SettingsError as error:
            assert name.removesuffix("_FILE") in str(error)
        else:
            assert Settings.from_env(settings.environment(), demo=True) == settings
        file.write_bytes(mutated(chance.choice(sources), chance) if len(data) % 2 else data)
        try:
            read_document(file)
        except PolicyFileError as error:
            assert str(error).startswith(f"{file}:{error.line}: ")

    return target


def sheets() -> Target:
    """CSV and XLSX: whatever a text begins with, no cell is a formula; every text can be in a file."""
    import csv

    from openpyxl import Workbook, load_workbook

    from koujing.desk.console.cells import FORMULA
    from koujing.desk.console.figures import workbook as report
    from koujing.desk.console.tickets import exports

    def target(data: bytes) -> None:
        chance = random.Random(data[:4])
        texts = [text_of(data[4:]), chance.choice(NASTY), chance.choice("=+-@\t\r＝＋－＠") + text_of(data[4:], 20)]
        texts = [text.encode("utf-8", "ignore").decode() for text in texts]
        line = io.StringIO()
        csv.writer(line).writerow([exports._plain(text) for text in texts])
        for cell in next(csv.reader(io.StringIO(line.getvalue(), newline=""))):
            assert not cell.startswith(FORMULA), cell
        book = Workbook(write_only=True)
        sheet = book.create_sheet("a")
        sheet.append([exports._cell(sheet, text) for text in texts])
        sheet.append([report._placed(sheet, text) for text in texts])
        file = io.BytesIO()
        book.save(file)
        for row in load_workbook(file)["a"].iter_rows():
            assert all(cell.data_type != "f" for cell in row), texts

    return target


def pages() -> Target:
    """A page and a reply of the widget with hostile texts in every place: nothing comes out as markup."""
    from koujing.desk.console.errors import InputError
    from koujing.desk.console.rendering import Renderer

    renderer = Renderer()
    common = {"staff": None, "path": "/", "nav": (), "state": None, "stopped": [], "date": {"demo": False, "text": ""}}

    def target(data: bytes) -> None:
        text = text_of(data[4:]) + random.Random(data[:4]).choice(NASTY) + EVIL
        page = renderer.render("error.html", {**common, "error": InputError(text, text, text)})
        assert "<x-evil" not in page

    return target


TARGETS: Mapping[str, Callable[[], Target]] = {
    made.__name__: made for made in (numbers, reading, dialogue, shown, callbacks, tokens, values, sheets, pages)
}
