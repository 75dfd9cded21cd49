"""Notices named by their document numbers."""

from __future__ import annotations

import pytest

from koujing.text.documents import DocumentFinder
from koujing.text.normalise import normalise

FINDER = DocumentFinder({"粤人社发〔2021〕28号": "guangdong", "葫人社发〔2021〕2号": "huludao"})


@pytest.mark.parametrize(
    ("text", "surface", "region"),
    [
        ("粤人社发〔2021〕28号什么时候印发的", "粤人社发〔2021〕28号", "guangdong"),
        ("粤人社发[2021]28号文", "粤人社发[2021]28号", "guangdong"),
        ("粤人社发(2021)28号文", "粤人社发(2021)28号", "guangdong"),
        ("粤人社发2021年28号", "粤人社发2021年28号", "guangdong"),
        ("粤人社28号 截止", "粤人社28号", "guangdong"),
        ("葫人社发2号文哪天施行", "葫人社发2号", "huludao"),
    ],
)
def test_a_document_is_found_with_and_without_its_year(text: str, surface: str, region: str) -> None:
    found = FINDER.find(normalise(text))
    assert [(each.surface, each.region) for each in found] == [(surface, region)]
    assert normalise(text)[found[0].start : found[0].end] == surface


@pytest.mark.parametrize(
    "text", ["粤人社发〔2020〕28号", "粤人社发〔2021〕128号", "粤人社规〔2020〕6号", "28号能到账吗", "葫芦岛2号楼", ""]
)
def test_other_documents_and_dates_are_none(text: str) -> None:
    assert FINDER.find(normalise(text)) == []


def test_both_notices_come_in_the_order_of_the_text() -> None:
    assert [each.region for each in FINDER.find("葫人社发2号和粤人社发28号")] == ["huludao", "guangdong"]


def test_what_is_no_document_number_stands_for_itself() -> None:
    assert [each.region for each in DocumentFinder({"转发通知": "guangzhou"}).find("看转发通知")] == ["guangzhou"]
