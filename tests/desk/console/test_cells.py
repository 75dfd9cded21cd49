"""Texts as cells: no formula, and nothing that keeps a whole file from being opened."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from koujing.desk.console.cells import FORMULA, harmless, printable


def test_only_what_begins_like_a_formula_is_changed() -> None:
    assert harmless("见习-补贴") == "见习-补贴"
    assert harmless("") == ""
    assert harmless("\t=1") == "'\t=1"


@pytest.mark.parametrize("bad", ["\0", "\x0b", "\x1f", "\r", "\ud800", "\ufffe", "\uffff"])
def test_what_no_sheet_can_hold_is_left_out(bad: str) -> None:
    assert printable(f"甲{bad}乙\n丙\t😀") == "甲乙\n丙\t😀"


@given(st.text(st.characters() | st.sampled_from("\0\x0b\ufffe\uffff=\t"), max_size=30))
def test_every_text_makes_a_file_that_opens(text: str) -> None:
    book = Workbook(write_only=True)
    book.create_sheet("a").append([harmless(printable(text))])
    file = io.BytesIO()
    book.save(file)
    (row,) = load_workbook(file)["a"].iter_rows() if printable(text) else [()]
    assert all(cell.data_type != "f" for cell in row)
    assert not harmless(text).startswith(FORMULA)
