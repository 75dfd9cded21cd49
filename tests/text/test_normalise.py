import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.text.normalise import normalise


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("失業補助金，６％！", "失业补助金,6%!"),
        ("失\u200b业\u200d金\ufeff", "失业金"),
        ("  稳岗\t\n 返还 ", "稳岗 返还"),
        ("三支一扶 两后生", "三支一扶 两后生"),
        ("佢喺廣州冇得攞", "佢喺广州冇得攞"),
        ("Ⅹ证书\x00", "X证书"),
        ("香港衞生署裏", "香港卫生署里"),
        ("", ""),
    ],
)
def test_one_script_one_width(said: str, normal: str) -> None:
    assert normalise(said) == normal


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
