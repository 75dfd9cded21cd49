"""What the fuzzers put in: bytes made into Chinese text, into hostile values, and into texts as citizens write them."""

from __future__ import annotations

import random
from functools import cache

from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.settings import ROOT

__all__ = ["EVIL", "NASTY", "knowledge", "mutated", "text_of", "words"]

# Stands in no page of ours: where it comes out unescaped, markup could.
EVIL = "<x-evil onload=1>"
NASTY = (
    "", " ", "0", "-1", "1" * 20, "9" * 5000, "1e999", "NaN", "null", "true", "[]", "{}", "\0", "\n", "\r\nX-Evil: 1",
    "\x7f\x1b[2J", "\ud800", "\udfff\ud800", "\ufeff", "\u202e", "\u2028", "é", "e\u0301", "ｆｕｌｌ", "１２３", "٣", "²", "㈠",
    "😀" * 50, EVIL, '"><x-evil onload=1>', "javascript:alert(1)", "{{7*7}}", "{% raw %}", "${7*7}", "%00", "%ff", "%c0%af", "..%2f",
    "../../../etc/passwd", "/" * 300, "\\\\host", "//evil.example", "https://evil.example", "' OR 1=1 --", "'; DROP TABLE x;", "=1+1", "@x", "＝1",
    "/restart", "／restart", '/intent{"a":1}', "2021-02-30", "2021-09-15", "9999-12-31", "0001-01-01", "2021-W01", "24:00", "-0",
    "a" * 300, "长" * 1200, "A" * 12, "0123456789AB", "huludao", "demo", "web:1", "wechat:x", "13812345678", "024-12345678", "+86" * 9,
    "on", "yes", "any", "1,2,3", "9223372036854775808", "-9223372036854775809", "1.5", "٠١٢", "None", "undefined", "~", "*", "%", "_",
)  # fmt: skip
_PIECES = (
    *"零〇一二两三四五六七八九十百千万亿半几多廿卅0123456789０１２３.．,，、。！？；：-—－~～/%％‰¥￥元块毛角分钱个人名位家户次年月日号天周旬季度岁时点 \n\t()（）《》“”'\"·",
    "二〇二一年", "2021年", "21年", "9月", "十二月", "15日", "三十一号", "2021-09-15", "2021.9.15", "上个月", "去年", "前年", "今年初", "大前天", "年底", "月底", "上周三",
    "春节前", "中秋节后", "农历八月十五", "正月初一", "半年", "一年半", "三个月", "个半月", "几十", "十来", "百分之", "百分之五十点五", "万元", "千把块", "至", "到", "以上", "以下", "左右",
    "不到", "超过", "我", "我爸", "我老婆", "他们公司", "俩", "仨", "咱厂", "没", "没有", "不是", "是不是", "能不能", "吗", "呢", "怎么", "要是", "如果", "还有", "另外", "而是", "其实",
    "不对", "第二个", "选1", "1", "都行", "咩", "嘅", "喺", "冇", "唔係", "幾多", "點樣", "失業", "裁員", "返還", "sb", "HR", "unemployment", "shiye", "buzhu", "失叶补助金",
    "葫芦岛", "连山", "龙港", "兴城市", "广州", "广东省", "深圳", "越秀区", "longgang", "朝阳", "海南", "吉林市", "裁员", "裁了3个", "参保", "28个人", "失业", "失业保险金", "稳岗返还", "失业补助金", "以工代训", "技能证书",
    "单亲", "退役军人", "毕业", "身份证", "110101199003070000", "6222020000000000000", "a@b.cn", "/restart", "／intent{", "[", "]", "{", "}", "{0}", "{layoff_rate_cap}", "\\", "<", ">", "&", "&#0;", "<b>", "**", "`", "]]>",
    "\u200b", "\u200d", "\ufeff", "\u202e", "\u0301", "\U0001f468\u200d\U0001f469", "👍🏽", "\ue000", "\uffff", "\x00", "\x1b", "㎡", "㈠", "①", "⑩", "Ⅻ", "½", "²", "٣", "𠮷", "𝟗", "ｋ", "ﬁ", "ß", "İ", "ſ",
)  # fmt: skip
_ESCAPE = 255


@cache
def knowledge() -> Knowledge:
    """The project's own, read once."""
    return load_knowledge(ROOT / "policies")


@cache
def words() -> tuple[str, ...]:
    """Pieces of text: those above, and the policies' own names."""
    known = knowledge()
    names = [word for matter in known.matters.values() for word in (matter.name, *matter.words)]
    return (*_PIECES, *dict.fromkeys(names))


def text_of(data: bytes, most: int = 1000) -> str:
    """A text of pieces; two bytes a piece, so that a small change of the bytes is a small change of the text."""
    pieces, made = words(), []
    for at in range(0, len(data) - 1, 2):
        high, low = data[at], data[at + 1]
        # Any character at all, but half ones, which no message may hold.
        any_one = (low * 0x1F3 + at) % 0x110000
        made.append(
            chr(any_one)
            if high == _ESCAPE and not 0xD800 <= any_one < 0xE000
            else pieces[(high * 256 + low) % len(pieces)]
        )
    return "".join(made)[:most]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes changed in a few places: flipped, cut, doubled, put in."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(5):
            case 0 if at < len(changed):
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                del changed[at : at + chance.randrange(1, 20)]
            case 2:
                changed[at:at] = changed[at : at + chance.randrange(1, 60)]
            case 3:
                changed[at:at] = chance.choice(NASTY).encode("utf-8", "surrogatepass")
            case _:
                changed[at:at] = chance.randbytes(chance.randrange(1, 8))
    return bytes(changed)
