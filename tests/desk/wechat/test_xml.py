"""XML in and out: bombs, document types, what ends a CDATA section, what XML cannot carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from koujing.desk.wechat.errors import CallbackError
from koujing.desk.wechat.xml import compose, parse, sealed_envelope, text_message, transfer_message

BOMB = '<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><Content>&c;</Content></xml>'
QUADRATIC = f'<!DOCTYPE xml [<!ENTITY a "{"a" * 9_000}">]><xml><Content>{"&a;" * 2_000}</Content></xml>'
EXTERNAL = '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Content>&a;</Content></xml>'
PARAMETER = '<!DOCTYPE xml [<!ENTITY % a SYSTEM "http://127.0.0.1/x"> %a;]><xml><Content>x</Content></xml>'

REFUSED = [
    BOMB,
    QUADRATIC,
    EXTERNAL,
    PARAMETER,
    "<!DOCTYPE xml><xml/>",
    '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml/>',
    "",
    " ",
    "xml",
    "<xml>",
    "<xml/><xml/>",
    "<xml><a></b></xml>",
    "<xml><a>&nbsp;</a></xml>",
    "<html/>",
    "<xml xmlns='x'/>",
    '{"ToUserName": "a"}',
]


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
@pytest.mark.parametrize("lenient", [False, True])
def test_what_is_not_the_platforms_is_refused(text: str, lenient: bool) -> None:
    with pytest.raises(CallbackError) as caught:
        parse(text.encode(), lenient=lenient)
    assert (caught.value.status, caught.value.reason) == (400, "xml")


def test_a_document_type_cannot_hide_behind_another_encoding() -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-7", "utf-32"):
        for lenient in (False, True):
            with pytest.raises(CallbackError):
                parse(
                    BOMB.encode(encoding)
                    if encoding != "utf-7"
                    else b'<?xml version="1.0" encoding="utf-7"?>' + BOMB.encode("utf-7"),
                    lenient=lenient,
                )


def test_nor_behind_characters_that_are_dropped() -> None:
    with pytest.raises(CallbackError):
        parse(b"<!DOC\x01TYPE xml><xml/>", lenient=True)


def test_the_body_is_utf_8_whatever_it_says() -> None:
    body = '<?xml version="1.0" encoding="gbk"?><xml><Content>怎么领</Content></xml>'
    assert parse(body.encode()) == {"Content": "怎么领"}
    assert parse(b"\xef\xbb\xbf" + body.encode()) == {"Content": "怎么领"}
    with pytest.raises(CallbackError):
        parse(body.encode("gbk"))


def test_the_fields_of_a_message() -> None:
    body = """<xml>
        <ToUserName><![CDATA[gh_1]]></ToUserName><CreateTime>1348831860</CreateTime><Content><![CDATA[ a<b & c ]]></Content><Empty/>
        <ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo><List><a>1</a></List><List><a>2</a></List><!-- c --><Content2>a<!-- c -->b</Content2>
    </xml>"""
    assert parse(body.encode()) == {
        "ToUserName": "gh_1",
        "CreateTime": "1348831860",
        "Content": " a<b & c ",
        "Empty": "",
        "ScanCodeInfo": {"ScanType": "qrcode"},
        "List": [{"a": "1"}, {"a": "2"}],
        "Content2": "ab",
    }


def test_a_tower_of_elements_is_not_climbed() -> None:
    assert set(parse(b"<xml>" + b"<a>" * 9_000 + b"</a>" * 9_000 + b"</xml>")) == {"a"}


def test_lenient_drops_what_people_type_and_xml_forbids() -> None:
    body = "<xml><Content><![CDATA[失\x08业\x00金\ufffe]]></Content></xml>".encode() + b"\x0b"
    with pytest.raises(CallbackError):
        parse(body)
    assert parse(body, lenient=True) == {"Content": "失业金"}
    assert parse(b"<xml><Content><![CDATA[a\xff]]></Content></xml>", lenient=True) == {"Content": "a\ufffd"}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("a]]>b", "a]]>b"),
        ("]]>", "]]>"),
        ("]]]]>>", "]]]]>>"),
        ("]]]]><![CDATA[>", "]]]]><![CDATA[>"),
        ("]]></Content><Content>", "]]></Content><Content>"),
        ("<a href='https://x.cn/?a=1&b=2'>全文</a>", "<a href='https://x.cn/?a=1&b=2'>全文</a>"),
        ("]]\x00>", "]]>"),  # what is dropped must not leave an end behind
        ("a\x00\x1f\x7f\ufffe\uffff\ud800b", "a\x7fb"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("👨‍👩‍👧 𠮷", "👨‍👩‍👧 𠮷"),
    ],
)
def test_no_text_becomes_an_element(said: str, read: str) -> None:
    fields = parse(text_message("o1", "gh_1", 1, said))
    assert fields == {"ToUserName": "o1", "FromUserName": "gh_1", "CreateTime": "1", "MsgType": "text", "Content": read}


@given(st.text(st.characters() | st.sampled_from("]>[<!\x00\ud800&"), max_size=60))
def test_whatever_is_said_comes_out_as_one_text(said: str) -> None:
    fields = parse(text_message("o1", "gh_1", 1, said))
    assert list(fields) == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
    kept = "".join(
        c for c in said if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )
    assert fields["Content"] == kept.replace("\r\n", "\n").replace("\r", "\n")


def test_wechatpy_reads_our_text() -> None:
    read = parse_message(text_message("o1", "gh_1", 1631669400, "一、\n二 ]]> 三"))
    assert (read.target, read.source, read.content) == ("o1", "gh_1", "一、\n二 ]]> 三")


def test_handing_over_to_customer_service() -> None:
    head = {"ToUserName": "o1", "FromUserName": "gh_1", "CreateTime": "1", "MsgType": "transfer_customer_service"}
    assert parse(transfer_message("o1", "gh_1", 1, None)) == head
    assert parse(transfer_message("o1", "gh_1", 1, "a@b")) == {**head, "TransInfo": {"KfAccount": "a@b"}}


def test_the_envelope_is_as_the_platform_shows_it() -> None:
    assert sealed_envelope("E==", "abc", "1714112445", "415670741") == (
        b"<xml><Encrypt><![CDATA[E==]]></Encrypt><MsgSignature><![CDATA[abc]]></MsgSignature>"
        b"<TimeStamp>1714112445</TimeStamp><Nonce><![CDATA[415670741]]></Nonce></xml>"
    )


def test_compose_nests() -> None:
    assert parse(compose({"a": 1, "b": {"c": "d"}})) == {"a": "1", "b": {"c": "d"}}
