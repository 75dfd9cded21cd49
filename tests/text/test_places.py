from pathlib import Path

import pytest

from koujing.knowledge.regions import Regions, load_regions
from koujing.text.places import PlaceFinder

REGIONS = Path(__file__).parents[2] / "policies" / "regions.yml"


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions(REGIONS)


@pytest.fixture(scope="module")
def finder(regions: Regions) -> PlaceFinder:
    return PlaceFinder(**regions.finder_data())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我在葫芦岛连山区参保", [("葫芦岛连山区", "huludao-lianshan")]),
        ("连山的能领吗", [("连山", "huludao-lianshan qingyuan-lianshan")]),
        ("龙港的单位", [("龙港", "huludao-longgang wenzhou-longgang")]),
        ("深圳龙岗", [("深圳龙岗", "shenzhen-longgang")]),
        ("辽宁葫芦岛绥中县", [("辽宁葫芦岛绥中县", "suizhong")]),
        ("户口在锦州,在葫芦岛参保,人在广州天河", [("锦州", "jinzhou"), ("葫芦岛", "huludao"), ("广州天河", "tianhe")]),
        ("沈阳和平那边", [("沈阳和平", "shenyang-heping")]),
        ("吉林的", [("吉林", "jilin")]),
        ("吉林市", [("吉林市", "jilin-jilin")]),
        ("广东", [("广东", "guangdong")]),
        ("在鹏城打工", [("鹏城", "shenzhen")]),
        ("我在和县", [("和县", "hexian")]),
        ("朝阳区", [("朝阳区", "beijing-chaoyang changchun-chaoyang")]),
        ("北京朝阳", [("北京朝阳", "beijing-chaoyang")]),
        ("连山县", [("连山县", "qingyuan-lianshan")]),
        ("我从东莞到绥中", [("东莞", "dongguan"), ("绥中", "suizhong")]),
        ("广州白云", [("广州白云", "guangzhou-baiyun")]),
        ("白云区", [("白云区", "guangzhou-baiyun guiyang-baiyun")]),
    ],
)
def test_places_are_found(finder: PlaceFinder, text: str, found: list[tuple[str, str]]) -> None:
    assert [(p.surface, " ".join(p.candidates)) for p in finder.find(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "连山遍野",
        "和平解决",
        "市和县里",
        "广州大学毕业",
        "中山路",
        "合作社",
        "公安局",
        "比如说",
        "粤人社函295号",
        "资深员工",
        "全国统一",
        "新城代建",
        "葫芦到",
        "光州",
    ],
)
def test_words_that_are_no_places(finder: PlaceFinder, text: str) -> None:
    assert finder.find(text) == []


def test_spans_point_into_the_text(finder: PlaceFinder) -> None:
    text = "我是兴城的,在深圳福田上班"
    assert [text[p.start : p.end] for p in finder.find(text)] == ["兴城", "深圳福田"]


def test_a_bare_county_name_that_cuts_through_words_is_no_place() -> None:
    finder = PlaceFinder({"惠东": ("huidong",)}, {"huidong": None}, bare={"惠东"}, leads=("在",))
    text = "优惠东一条西一条"
    assert finder.find(text, lambda: {0, 2, 3, 5, 6, 8}) == []
    assert [place.surface for place in finder.find("我在惠东上班", lambda: {0, 1, 3, 4, 6})] == ["惠东"]
    assert [place.surface for place in finder.find("稳岗惠东怎么办", lambda: {0, 2, 4, 7})] == ["惠东"]
