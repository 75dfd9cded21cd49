"""Charts: well-formed, told to who cannot see them, true to their numbers."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from koujing.desk.console.figures.charts import Series, bars, columns, heat, line, ticks

SVG = "{http://www.w3.org/2000/svg}"


def read(drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawn).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def marked(svg: ElementTree.Element, mark: str) -> list[ElementTree.Element]:
    return [
        each for each in svg.iter(f"{SVG}rect") if each.get("class") == mark and each.find(f"{SVG}title") is not None
    ]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (106, [0, 50, 100, 150]),
        (9999, [0, 2000, 4000, 6000, 8000, 10000]),
    ],
)
def test_ticks_are_round_and_hold_the_most(most: float, expected: list[float]) -> None:
    assert ticks(most) == expected


def test_columns_are_as_high_as_their_numbers() -> None:
    svg = read(columns("c", "问题", "柱图", ["一", "二"], [Series("好", "a", [10, 5]), Series("坏", "d", [0, 5])]))
    first, second = marked(svg, "s-a")
    assert float(first.get("height", 0)) == pytest.approx(2 * float(second.get("height", 0)), abs=0.2)
    assert [each.findtext(f"{SVG}title") for each in marked(svg, "s-d")] == ["二 坏 5"]
    assert any(each.get("fill") == "url(#c-d)" for each in svg.iter(f"{SVG}rect"))


def test_every_chart_is_told_in_words() -> None:
    some = [Series("甲", "a", [1])]
    for drawn in (
        columns("x", "标题", "说明", ["一"], some), line("x", "标题", "说明", ["一"], [0.5]),
        bars("x", "标题", "说明", [("一", "1")], some), heat("x", "标题", "说明", ["周一"], {(1, 9): 3}),
    ):  # fmt: skip
        svg = read(drawn)
        assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "x-title x-about")
        assert (svg.findtext(f"{SVG}title"), svg.findtext(f"{SVG}desc")) == ("标题", "说明")
        assert "style=" not in drawn


def test_nothing_to_draw_is_still_a_chart() -> None:
    for drawn in (columns("x", "t", "a", [], []), line("x", "t", "a", [], []), bars("x", "t", "a", [], []), heat("x", "t", "a", [], {})):  # fmt: skip
        assert read(drawn).tag == f"{SVG}svg"


def test_a_line_is_broken_where_there_is_no_value() -> None:
    svg = read(line("l", "率", "线", list("abcde"), [0.1, 0.2, None, 0.4, 0.5]))
    assert [len((each.get("points") or "").split()) for each in svg.iter(f"{SVG}polyline")] == [2, 2]
    assert len([each for each in svg.iter(f"{SVG}circle") if each.get("class") == "dot"]) == 4


def test_names_are_text_and_no_markup() -> None:
    drawn = bars("b", "<t>", "a&b", [('<script>"', "1")], [Series("甲", "a", [1])])
    assert "<script>" not in drawn
    assert read(drawn).findtext(f"{SVG}title") == "<t>"


def test_a_cell_is_darker_for_more() -> None:
    svg = read(heat("h", "t", "a", ["周一", "周二"], {(1, 0): 1, (2, 23): 100}))
    classes = [each.get("class") for each in svg.iter(f"{SVG}rect")]
    assert (classes.count("heat h1"), classes.count("heat h5"), classes.count("heat h0")) == (1, 1, 46)
