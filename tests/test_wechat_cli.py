"""`koujing wechat`: the menu's differences, publishing it, QR codes; mistakes end with a Chinese sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from koujing.errors import SettingsError
from koujing.settings import ROOT
from koujing.wechat_cli import wechat
from tests.desk.wechat.interface import Platform

CURRENT, CREATE, QR = "/cgi-bin/get_current_selfmenu_info", "/cgi-bin/menu/create", "/cgi-bin/qrcode/create"
JPEG = b"\xff\xd8\xff\xe0"


@pytest.fixture
def platform() -> Platform:
    platform = Platform()
    platform.answers[CURRENT] = {"is_menu_open": 0}
    platform.answers["/cgi-bin/showqrcode"] = lambda _: httpx.Response(200, content=JPEG)
    return platform


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's own wechat.yml, to be changed, and an account of the test's own."""
    file = tmp_path / "wechat.yml"
    file.write_text((ROOT / "wechat.yml").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("KOUJING_WECHAT", str(file))
    monkeypatch.setenv("KOUJING_DATA", str(tmp_path / "var"))
    return file


def run(platform: Platform, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(wechat, arguments, input=typed, obj=httpx.MockTransport(platform))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_diff_shows_and_changes_nothing(platform: Platform, file: Path) -> None:
    result = run(platform, "menu", "diff")
    assert result.exit_code == 0, result.output
    assert "＋ 新增  转人工：替粉丝说“转人工”（key human）" in result.output
    assert not platform.calls[CREATE]


def test_push_asks_publishes_and_is_done(platform: Platform, file: Path) -> None:
    assert run(platform, "menu", "push", typed="n\n").exit_code == 1
    assert not platform.calls[CREATE]
    result = run(platform, "menu", "push", typed="y\n")
    assert result.exit_code == 0, result.output
    assert "已发布" in result.output
    published: dict[str, Any] = next(body for path, body in platform.bodies if path == CREATE)
    platform.answers[CURRENT] = {"is_menu_open": 1, "selfmenu_info": published}
    result = run(platform, "menu", "push")
    assert "一致" in result.output
    assert platform.calls[CREATE] == 1


def test_push_without_asking(platform: Platform, file: Path) -> None:
    assert run(platform, "menu", "push", "--yes").exit_code == 0
    assert platform.calls[CREATE] == 1


def test_too_long_a_name_is_refused_with_its_line_before_any_call(platform: Platform, file: Path) -> None:
    change(file, "name: 转人工", "name: 转到人工客服")
    result = run(platform, "menu", "push", "--yes")
    assert result.exit_code == 1
    line = next(n for n, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if "转到人工客服" in text)
    assert f"wechat.yml:{line}: “转到人工客服”有 18 字节" in result.output
    assert "改法：缩到 5 个汉字以内" in result.output
    assert not platform.calls


def test_an_error_of_the_platform_is_a_sentence(platform: Platform, file: Path) -> None:
    platform.refuse(CURRENT, 48001, "api unauthorized")
    result = run(platform, "menu", "diff")
    assert result.exit_code == 1
    assert "48001" in result.output
    assert "http://127.0.0.1:8010" in result.output
    assert "Traceback" not in result.output


def test_without_an_account(platform: Platform, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOUJING_WECHAT_MODE", "off")
    result = run(platform, "menu", "diff")
    assert isinstance(result.exception, SettingsError)


def test_qr_needs_scenes(platform: Platform, file: Path) -> None:
    result = run(platform, "qr")
    assert result.exit_code == 1
    assert "scenes" in result.output


def test_qr_makes_each_code_once(platform: Platform, file: Path, tmp_path: Path) -> None:
    change(file, "scenes: {}", "scenes: {kj_huludao: huludao, kj_xingcheng: xingcheng}")
    platform.answers[QR] = {"ticket": "t+1", "url": "http://weixin.qq.com/q/1"}
    out = tmp_path / "codes"
    result = run(platform, "qr", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert platform.calls[QR] == 2
    assert (out / "kj_huludao.jpg").read_bytes() == JPEG
    rows = (out / "二维码.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[1].startswith("kj_huludao,huludao,http://weixin.qq.com/q/1,https://mp.weixin.qq.com/")

    assert "已有" in run(platform, "qr", "--out", str(out)).output
    assert platform.calls[QR] == 2
    run(platform, "qr", "--out", str(out), "--again")
    assert platform.calls[QR] == 4


def test_qr_without_images_goes_on_and_fetches_them_later(platform: Platform, file: Path, tmp_path: Path) -> None:
    change(file, "scenes: {}", "scenes: {kj_huludao: huludao}")
    platform.answers[QR] = {"ticket": "t", "url": "u"}
    shown = platform.answers.pop("/cgi-bin/showqrcode")
    result = run(platform, "qr")
    assert result.exit_code == 0, result.output
    assert "图片没有取到" in result.output
    platform.answers["/cgi-bin/showqrcode"] = shown
    assert run(platform, "qr").exit_code == 0
    assert platform.calls[QR] == 1, "the code itself was made before"
    assert (tmp_path / "var" / "wechat-qr" / "kj_huludao.jpg").exists()


def test_lists_its_commands(platform: Platform) -> None:
    output = run(platform, "--help").output
    assert all(name in output for name in ("menu", "qr", "sim"))
