"""`sites.yml`: what it says, and every mistake told with its line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from koujing.clock import SHANGHAI
from koujing.desk.web.sites import Hours, Notice, load_sites
from koujing.knowledge.base import Knowledge
from koujing.knowledge.errors import PolicyFileError
from koujing.settings import ROOT

WHOLE = """sites:
  rsj:
    title: 就业政策咨询
    bureau: 示范局
    origins: [self, "https://rsj.example.gov.cn", "http://localhost:3000"]
    region: huludao
    hours: {days: "1-5", from: "09:00", to: "17:00", text: 工作日}
    notices:
      - {text: 一直显示, until: null}
      - {text: 到年底, until: 2021-12-31}
    kiosk_minutes: 3
"""


def load(tmp_path: Path, knowledge: Knowledge, text: str) -> object:
    path = tmp_path / "sites.yml"
    path.write_text(text, encoding="utf-8")
    return load_sites(path, knowledge.regions)


def test_the_one_that_ships_can_be_used(knowledge: Knowledge) -> None:
    site = load_sites(ROOT / "sites.yml", knowledge.regions)["demo"]
    assert site.client == "web:demo"
    assert site.allows("http://desk", "http://desk")
    assert not site.allows("http://elsewhere", "http://desk")


def test_everything_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / "sites.yml").write_text(WHOLE, encoding="utf-8")
    site = load_sites(tmp_path / "sites.yml", knowledge.regions)["rsj"]
    assert site.allows("https://rsj.example.gov.cn", "http://desk")
    assert not site.allows("https://rsj.example.gov.cn:444", "http://desk")
    assert not site.allows("null", "http://desk")
    assert (site.region, site.kiosk_minutes) == ("huludao", 3)
    assert site.notices == (Notice("一直显示", None), Notice("到年底", dt.date(2021, 12, 31)))


def test_people_answer_in_their_hours() -> None:
    hours = Hours(frozenset(range(1, 6)), dt.time(9), dt.time(17), "工作日")
    friday = dt.datetime(2026, 11, 20, tzinfo=SHANGHAI)
    open_at = [hour for hour in range(24) if hours.open_at(friday + dt.timedelta(hours=hour))]
    assert open_at == list(range(9, 17))
    assert not hours.open_at(friday + dt.timedelta(days=1, hours=10))


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        (WHOLE, "", 1, "顶层"),
        (WHOLE, "sites: {}\n", 1, "没有网站"),
        ("sites:", "site:", 1, "sites"),
        ("  rsj:", "  Rsj_1:", 2, "网站 id"),
        ("    title: 就业政策咨询\n", "", 2, "title"),
        ("title: 就业政策咨询", "title: 5", 3, "title"),
        ("kiosk_minutes", "kiosk_minute", 11, "kiosk_minutes"),
        ("[self, ", '["*", ', 5, "\\*"),
        ("https://rsj.example.gov.cn", "https://rsj.example.gov.cn/", 5, "末尾的 /"),
        ("https://rsj.example.gov.cn", "rsj.example.gov.cn", 5, "协议"),
        ('[self, "https://rsj.example.gov.cn", "http://localhost:3000"]', "[]", 5, "origins"),
        ("region: huludao", "region: huluda", 6, "huludao"),
        ('days: "1-5"', 'days: "0-5"', 7, "days"),
        ('days: "1-5"', 'days: "5-1"', 7, "先后"),
        ('days: "1-5"', "days: 5", 7, "加引号"),
        ('"09:00"', '"9点"', 7, "from"),
        ('to: "17:00"', 'to: "08:00"', 7, "结束时刻"),
        ("2021-12-31", "年底", 10, "日期"),
        ("{text: 一直显示, until: null}", "一直显示", 9, "notices"),
        ("kiosk_minutes: 3", "kiosk_minutes: true", 11, "分钟"),
        ("kiosk_minutes: 3", "kiosk_minutes: 0", 11, "分钟"),
        ("kiosk_minutes: 3", "title: 又一个", 11, "两次"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, knowledge: Knowledge, old: str, new: str, line: int, says: str
) -> None:
    assert old in WHOLE
    with pytest.raises(PolicyFileError, match=says) as caught:
        load(tmp_path, knowledge, WHOLE.replace(old, new, 1))
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{tmp_path / 'sites.yml'}:{line}: ")


def test_a_file_that_is_not_there_is_told(tmp_path: Path, knowledge: Knowledge) -> None:
    with pytest.raises(PolicyFileError, match="读不出"):
        load_sites(tmp_path / "none.yml", knowledge.regions)
