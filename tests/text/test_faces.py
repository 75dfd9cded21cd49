import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.text.faces import without_faces
from koujing.text.normalise import normalise


@pytest.mark.parametrize(
    "face",
    [
        "😀", "👍🏻", "👨\u200d👩\u200d👧", "❤️", "🇨🇳", "☎️", "⭐", "^_^", "T_T", "QAQ", "orz", ">_<", "-_-||", ":)", "ಥ_ಥ",
        "(╯°□°)╯︵ ┻━┻", "¯\\_(ツ)_/¯", "( ͡° ͜ʖ ͡°)", "(｡•́︿•̀｡)", "(；´д｀)ゞ", "（＾＿＾）", "[捂脸]", "[OK]",
    ],
)  # fmt: skip
def test_a_face_is_a_blank_and_ends_no_sentence(face: str) -> None:
    assert normalise(face) == ""
    assert normalise(f"怎么领{face} 失业金?") == "怎么领 失业金?"


@pytest.mark.parametrize(
    "text",
    [
        "公司(28人)能领吗", "200人(含)以下", "(1+X)", "(X证书)", "如下:(一)材料", "(<6%)", "(¥300)", "A→B", "2021-2022", "1.5-2.5",
        "a_b@c.com", "5^2", "【手机号】", "[葫芦岛]", "(see_below)", "❶材料", "√", "(OK)",
    ],
)  # fmt: skip
def test_what_means_something_stays(text: str) -> None:
    assert without_faces(text) == text


def test_a_keycap_is_its_digit() -> None:
    assert normalise("1️⃣补贴") == "1 补贴"


@given(st.text(alphabet="失业金怎么领,。?0128%()abc \n"))
def test_words_and_figures_are_never_lost(text: str) -> None:
    assert without_faces(text) == text
