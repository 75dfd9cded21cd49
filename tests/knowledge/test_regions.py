import re
from pathlib import Path

import pytest

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.region_names import stem
from koujing.knowledge.regions import Regions, UnknownRegionError, load_regions

REGIONS = Path(__file__).parents[2] / "policies" / "regions.yml"


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions(REGIONS)


@pytest.mark.parametrize(
    ("region", "name", "level", "parent"),
    [
        ("huludao", "葫芦岛市", "city", "liaoning"),
        ("xingcheng", "兴城市", "county", "huludao"),
        ("suizhong", "绥中县", "county", "huludao"),
        ("jianchang", "建昌县", "county", "huludao"),
        ("huludao-lianshan", "连山区", "county", "huludao"),
        ("qingyuan-lianshan", "连山壮族瑶族自治县", "county", "qingyuan"),
        ("wenzhou-longgang", "龙港市", "county", "wenzhou"),
        ("guangdong", "广东省", "province", "china"),
        ("guangzhou", "广州市", "city", "guangdong"),
        ("shenzhen", "深圳市", "city", "guangdong"),
        ("tianhe", "天河区", "county", "guangzhou"),
        ("dabu", "大埔县", "county", "meizhou"),
        ("chongqing", "重庆市", "province", "china"),
        ("xiamen", "厦门市", "city", "fujian"),
        ("luan", "六安市", "city", "anhui"),
        ("changsha", "长沙市", "city", "hunan"),
        ("luohe", "漯河市", "city", "henan"),
        ("shaanxi", "陕西省", "province", "china"),
        ("jiangsu-suzhou", "苏州市", "city", "jiangsu"),
    ],
)
def test_ids(regions: Regions, region: str, name: str, level: str, parent: str) -> None:
    found = regions.get(region)
    assert found is not None
    assert (found.name, found.level, found.parent) == (name, level, parent)


def test_ids_are_unique_pinyin_and_the_same_at_every_load(regions: Regions) -> None:
    ids = regions.ids()
    assert len(ids) == len(set(ids)) > 3000
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", each) for each in ids)
    assert load_regions(REGIONS).ids() == ids


def test_what_the_notices_cover(regions: Regions) -> None:
    for region in ("huludao", "xingcheng", "guangdong", "shenzhen", "tianhe"):
        assert (found := regions.get(region)) is not None
        assert found.covered
    for region in ("liaoning", "shenyang", "jinzhou", "beijing", "china", "wenzhou-longgang"):
        assert (found := regions.get(region)) is not None
        assert not found.covered
    assert regions.notices_chain("tianhe") == ("guangzhou", "guangdong")
    assert regions.notices_chain("shenzhen") == ("guangdong",)
    assert regions.notices_chain("suizhong") == ("huludao",)
    assert regions.notices_chain("shenyang") == ()


def test_chains(regions: Regions) -> None:
    assert regions.chain("tianhe") == ("tianhe", "guangzhou", "guangdong")
    assert regions.chain("china") == ("china",)
    assert regions.within("tianhe", "guangdong")
    assert regions.within("tianhe", "tianhe")
    assert not regions.within("guangdong", "tianhe")
    assert regions.within("tianhe", "china")


def test_unknown_ids_are_named_with_their_likes(regions: Regions) -> None:
    assert regions.get("huludoa") is None
    with pytest.raises(UnknownRegionError, match="葫芦岛市"):
        regions.name("huludoa")
    assert regions.nearest_names("葫芦到市")[0] == "葫芦岛市"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("葫芦岛市", "葫芦岛"),
        ("义县", "义县"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("浦东新区", "浦东"),
        ("清新区", "清新"),
        ("连山壮族瑶族自治县", "连山"),
        ("科尔沁右翼前旗", "科尔沁右翼前旗"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏"),
    ],
)
def test_stems(name: str, short: str) -> None:
    assert stem(name) == short


@pytest.mark.parametrize(
    ("old", "new", "line_of", "message"),
    [
        ("notices: [huludao", "notices: [huluda", "notices:", "是否指“huludao”"),
        ("  羊城: [guangzhou]", "  羊城: [guangzou]", "  羊城", "guangzhou"),
        ("leads: [", "lead: [", "lead:", "leads"),
        ('"211400": huludao', '"999999": huludao', "ids:", "999999"),
    ],
)
def test_mistakes_are_refused_with_their_line(tmp_path: Path, old: str, new: str, line_of: str, message: str) -> None:
    source = REGIONS.read_text(encoding="utf-8")
    assert old in source
    broken = tmp_path / "regions.yml"
    broken.write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyFileError, match=message) as caught:
        load_regions(broken)
    line = next(
        n for n, text in enumerate(broken.read_text(encoding="utf-8").splitlines(), 1) if text.startswith(line_of)
    )
    assert caught.value.line == line
