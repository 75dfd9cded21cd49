"""Persons who do not exist, made from check digits and lists; sentences to put them into; ways to write numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from koujing.private.checks import identity_check, luhn

_PROVINCES = ("110101", "210211", "211402", "310115", "440106", "440305", "450103", "510104", "610113", "820000")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN = "建国志强桂芳丽娟海燕春梅永胜玉兰文博雨桐子涵秀英德福晓东佳怡浩然婉婷振华"
_ROADS = ("兴工街", "解放路", "体育西路", "和平大街", "龙湾大道", "中山二路", "老槐树巷", "飞天路", "海辰路", "文翠路")
_ESTATES = ("幸福小区", "阳光花园", "龙泽家园", "江畔新村", "海月公寓", "渤海佳园")
_MAIL = ("qq.com", "163.com", "example.com", "mail.example.cn")


@dataclass(frozen=True)
class Identity:
    """All that is to be hidden of one person."""

    name: str
    identity: str
    phone: str
    card: str
    mail: str
    street: str

    def secrets(self) -> Mapping[str, str]:
        """By kind."""
        return vars(self)


def identity(chance: random.Random) -> Identity:
    """A person by chance."""
    digits = "".join(chance.choices("0123456789", k=8))
    body = f"{chance.choice(_PROVINCES)}{chance.randint(1950, 2005)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}{digits[:3]}"
    card = f"62{chance.choice(('2202', '1700', '2848', '1226'))}{digits}{chance.randint(1000, 9999)}"
    card += next(last for last in "0123456789" if luhn(card + last))
    house = (
        f"{chance.randint(1, 399)}号{chance.randint(1, 30)}号楼{chance.randint(1, 6)}单元{chance.randint(101, 3204)}"
    )
    flat = f"{chance.randint(1, 60)}栋{chance.randint(1, 6)}单元{chance.randint(101, 3204)}室"
    return Identity(
        name=chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2)))),
        identity=body + identity_check(body),
        phone=f"1{chance.choice('3456789')}{chance.choice('0123456789')}{digits}",
        card=card,
        mail=f"u{digits}{chance.choice('abcxyz')}@{chance.choice(_MAIL)}",
        street=chance.choice((chance.choice(_ROADS) + house, chance.choice(_ESTATES) + flat)),
    )


def _grouped(*sizes: int) -> Callable[[str, str], str]:
    def group(number: str, sign: str) -> str:
        pieces, at = [], 0
        for size in sizes:
            pieces.append(number[at : at + size])
            at += size
        return sign.join(filter(None, [*pieces, number[at:]]))

    return group


# How people group the digits of each kind.
GROUPS: Mapping[str, tuple[Callable[[str, str], str], ...]] = {
    "phone": (_grouped(), _grouped(3, 4), _grouped(3), _grouped(7), _grouped(3, 3), _grouped(*[1] * 10)),
    "identity": (_grouped(), _grouped(6, 8), _grouped(6, 4, 4), _grouped(*[1] * 17), _grouped(6)),
    "card": (_grouped(), _grouped(4, 4, 4, 4), _grouped(6)),
}
SIGNS = (" ", "-", ".", "\u3000", "–", "\u200b", "\n")
# How they stand on a keyboard, or are spelt.
WIDTHS: Mapping[str, Callable[[str], str]] = {
    "half": lambda text: text,
    "full": lambda text: text.translate({code: code + 0xFEE0 for code in range(0x30, 0x7B)}),
    "chinese": lambda text: text.translate(str.maketrans("0123456789", "零一二三四五六七八九")),
    "spoken": lambda text: text.translate(str.maketrans("0123456789", "〇幺二三四五六七八九")),
}
# What people write around them; everything of one kind fits every sentence of it.
CARRIERS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "我叫{}，想问失业补助金", "您好，我叫{}想问一下稳岗返还", "姓名：{}\n事项：失业登记", "联系人是{}，请回复",
        "我爸叫{}，去年失业了", "我是{}，农民工", "申请人:{} 身份证见下", "我的名字叫{}。", "我叫{}今年52岁",
    ),
    "identity": ("我的身份证是{}能查吗", "{}", "身份证号：{}，失业补助金批了吗", "查一下{}的失业金", "证件号码 {} 多少钱"),
    "phone": ("我电话{}，麻烦回个话", "{}", "手机号是{}。", "打{}找我", "我的联系方式:{}，谢谢", "失业金咋领，{}"),
    "card": ("打到我卡上{}行吗", "{}", "银行卡号：{}，到账了吗", "我的工资卡{}"),
    "mail": ("发到{}吧", "邮箱：{}，谢谢", "{}", "我的电子邮件是{}能发通知吗"),
    "street": ("我住在葫芦岛市连山区{}，归哪管", "地址：广州市天河区{}", "家住兴城市古城街道{}，能办失业登记吗", "寄到{}可以吗"),
}  # fmt: skip
