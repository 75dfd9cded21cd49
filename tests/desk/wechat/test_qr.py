"""Permanent codes for scenes, with a list that is kept."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from koujing.desk.wechat.qr import Code, Printed, create, fetch_image, read_list, write_list
from tests.desk.wechat.interface import Platform, Time, make_api

CREATE = "/cgi-bin/qrcode/create"


@pytest.mark.anyio
async def test_creates_a_permanent_code() -> None:
    platform = Platform()
    platform.answers[CREATE] = {"ticket": "gQH4+/==", "url": "http://weixin.qq.com/q/kZgf"}
    api, _, _ = make_api(platform, Time())
    code = await create(api, "kj_xingcheng")
    scene = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "kj_xingcheng"}}}
    assert platform.bodies[-1] == (CREATE, scene)
    image = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQH4%2B%2F%3D%3D"
    assert code == Code("kj_xingcheng", "http://weixin.qq.com/q/kZgf", image)
    await api.close()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("content", "file"),
    [(b"\xff\xd8\xff\xe0jpeg", "kj____x.jpg"), (b"\x89PNG\r\n", "kj____x.png"), (b"<html>", None), (b"", None)],
)
async def test_saves_the_image_under_a_harmless_name(tmp_path: Path, content: bytes, file: str | None) -> None:
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(200, content=content)))
    code = Code("kj/../x", "", "https://mp.test/show")
    assert await fetch_image(http, code, tmp_path) == file
    assert os.listdir(tmp_path) == ([file] if file else [])  # noqa: PTH208 - nothing to wait for


@pytest.mark.anyio
@pytest.mark.parametrize("answer", [httpx.Response(404, content=b"\xff\xd8\xff"), httpx.ConnectError("no")])
async def test_no_image_is_no_error(tmp_path: Path, answer: httpx.Response | Exception) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx.AsyncClient(transport=httpx.MockTransport(handle))
    assert await fetch_image(http, Code("a", "", "https://mp.test/show"), tmp_path) is None


def test_the_list_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "二维码.csv"
    assert read_list(path) == {}
    made = {
        scene: Printed(Code(scene, f"http://weixin.qq.com/q/{scene}", f"https://mp.test/{scene}"), "xingcheng", file)
        for scene, file in (("kj,1", "kj_1.jpg"), ('kj"2', ""))
    }
    write_list(path, made)
    assert read_list(path) == made
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "office programs read it as UTF-8"
