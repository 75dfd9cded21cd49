"""Which of several places decides, by the words beside them."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.text.deciding import PlaceCues, deciding_place

CUES = PlaceCues(["参保", "社保", "缴"], ["上班", "打工"], ["不是"], ["以前在", "离开"])
NAMES = {"锦州": "jinzhou", "珠海": "zhuhai", "兴城": "xingcheng"}


def places(text: str) -> list[dict[str, Any]]:
    return [
        {"surface": name, "regions": [id], "start": text.index(name), "end": text.index(name) + len(name)}
        for name, id in NAMES.items()
        if name in text
    ]


@pytest.mark.parametrize(
    ("text", "decides"),
    [
        ("人在锦州,社保在珠海", "zhuhai"),
        ("锦州上班,社保在珠海", "zhuhai"),
        ("锦州上班,家在珠海", "jinzhou"),
        ("不是锦州,珠海的", "zhuhai"),
        ("离开锦州了,人在珠海", "zhuhai"),
        # left behind, but that is where one was insured
        ("人在珠海,社保是以前在锦州缴的", "jinzhou"),
        ("以前在锦州缴社保,现在珠海缴", "zhuhai"),
        # there one may have been insured: asked
        ("以前在锦州上班,人回珠海了", None),
        ("锦州缴过,珠海也缴过", None),
        ("锦州缴过,珠海也缴过,问的是珠海", None),
        ("锦州有家,珠海有家", None),
        ("锦州有家,兴城那边有家", "xingcheng"),
    ],
)
def test_the_words_beside_a_place_tell(text: str, decides: str | None) -> None:
    assert deciding_place(text, places(text), CUES) == decides


def test_a_name_of_several_places_decides_nothing() -> None:
    text = "社保在锦州,人在珠海"
    several = [{**place, "regions": ["jinzhou", "x"]} for place in places(text)]
    assert deciding_place(text, several, CUES) is None
