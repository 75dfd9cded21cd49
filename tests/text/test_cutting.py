from pathlib import Path

import jieba
import pytest

from koujing.text.cutting import Cutter


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter(["以工代训", "失业补助金", "三支一扶", "两后生", "稳岗返还"])


def test_policy_names_stay_whole(cutter: Cutter) -> None:
    assert cutter.words("以工代训和失业补助金怎么领") == ["以工代训", "和", "失业补助金", "怎么", "领"]
    assert "三支一扶" in cutter.words("我是三支一扶的 两后生")


def test_white_space_is_no_word(cutter: Cutter) -> None:
    assert cutter.words(" 稳岗返还 ") == ["稳岗返还"]


def test_jiebas_global_tokenizer_is_left_alone(cutter: Cutter) -> None:
    assert cutter.words("两后生") == ["两后生"]
    assert "以工代训" not in jieba.dt.FREQ


def test_the_cache_stays_in_its_folder(tmp_path: Path) -> None:
    assert Cutter(["稳岗返还"], tmp_path / "cache").words("稳岗返还") == ["稳岗返还"]
    assert (tmp_path / "cache" / "jieba.cache").exists()


def test_weighing_prefers_what_the_dictionary_knows_and_keeps_every_character(cutter: Cutter) -> None:
    known, words = cutter.weigh("稳岗返还 怎么领")
    assert words == ["稳岗返还", " ", "怎么", "领"]
    assert known > cutter.weigh("稳岗反还 怎么领")[0]
    assert cutter.weigh("")[1] == []
