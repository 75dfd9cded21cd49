"""Personal numbers are hidden, everything else stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.desk.mask import mask

DIGITS = st.text("0123456789", min_size=8, max_size=8)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我身份证211402199001011234能查吗", "我身份证【身份证号】能查吗"),
        ("21140219900101123x", "【身份证号】"),
        ("211402 19900101 1234", "【身份证号】"),
        ("２１１４０２１９９００１０１１２３Ｘ", "【身份证号】"),
        ("老身份证211402900101123", "老身份证【身份证号】"),
        ("电话13812345678，谢谢", "电话【手机号】，谢谢"),
        ("138-1234-5678", "【手机号】"),
        ("138 1234 5678", "【手机号】"),
        ("+86 13812345678", "【手机号】"),
        ("8613812345678", "【手机号】"),
        ("1３812345678", "【手机号】"),
        ("打13812345678或13912345678", "打【手机号】或【手机号】"),
        ("卡号6222020200112345678", "卡号【银行卡号】"),
        ("6222 0202 0011 2345 678", "【银行卡号】"),
        ("6222-0202-0011-2345", "【银行卡号】"),
        ("622848 0402564890018", "【银行卡号】"),
    ],
)
def test_personal_numbers_are_hidden(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "每月3200元",
        "工资总额13800000000元",
        "营收13812345678.50",
        "￥16800000000",
        "2021年1月1日至2021年12月31日",
        "20210101-20211231",
        "2019 2020 2021 2022 这几年",
        "葫人社发〔2021〕2号",
        "打12333还是12345",
        "0429-3112345",
        "4008123123",
        "公司28个人，裁了3个，裁员率10.7%",
        "三支一扶",
    ],
)
def test_the_rest_stays(text: str) -> None:
    assert mask(text) == text


@given(before=st.text("的是，。号 a", max_size=5), after=st.text("的是，。号 a", max_size=5), rest=DIGITS)
def test_no_mobile_number_gets_through(before: str, after: str, rest: str) -> None:
    number = "139" + rest
    assert number not in mask(before + number + after)


@given(birth=st.dates(), serial=st.text("0123456789", min_size=3, max_size=3), check=st.sampled_from("0123456789Xx"))
def test_no_id_card_gets_through(birth: object, serial: str, check: str) -> None:
    born = str(birth).replace("-", "")
    number = f"211402{'19' + born[2:]}{serial}{check}"
    assert mask(f"身份证{number}。") == "身份证【身份证号】。"


@given(st.text())
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.integers(min_value=0, max_value=999_999_999), st.sampled_from(["元", "人", "个月", "%", "万元"]))
def test_amounts_survive(number: int, unit: str) -> None:
    assert mask(f"{number}{unit}") == f"{number}{unit}"
