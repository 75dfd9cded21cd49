"""The wordings of acts, as they are kept and as they are read."""

from __future__ import annotations

from pathlib import Path

from koujing.answering.steering import ACTS
from koujing.knowledge.act_examples import load_acts
from koujing.search.acts import NONE
from koujing.settings import ROOT
from koujing.text.variety import neighbour_share


def test_each_line_is_an_example_of_the_act_its_file_is_named_after(tmp_path: Path) -> None:
    (tmp_path / "skip.txt").write_text("跳过\n\n 下一条 \n", encoding="utf-8")
    (tmp_path / "none.txt").write_text("28个人\n", encoding="utf-8")
    assert load_acts(tmp_path, str.strip) == [("28个人", "none"), ("跳过", "skip"), ("下一条", "skip")]


def test_every_act_that_can_be_done_has_wordings_and_no_other() -> None:
    acts = [act for _, act in load_acts(ROOT / "data" / "acts")]
    assert set(acts) == {*ACTS, NONE}
    assert all(acts.count(act) >= 100 for act in set(acts))


def test_the_wordings_differ() -> None:
    texts = [text for text, _ in load_acts(ROOT / "data" / "acts")]
    assert len(set(texts)) > 0.99 * len(texts)
    assert neighbour_share(texts) < 0.1
