"""QR codes that tell where a follower is: a permanent one for each scene of `wechat.yml`, put up in a hall or printed.

Limits from the page createQRCode, read 2026: a scene of 1 to 64 characters, at most 100,000 permanent codes an account.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx

from koujing.desk.wechat.api import Api

__all__ = ["Code", "Printed", "create", "fetch_image", "read_list", "write_list"]

_CREATE = "/cgi-bin/qrcode/create"
_SHOW = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="
_HEAD = ("场景值", "地区", "扫码地址", "图片地址", "图片文件")
# The platform sends JPEG, whatever one asks for.
_ENDINGS = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png"}
_LARGEST = 2_000_000


@dataclass(frozen=True)
class Code:
    """A code: `url` is what it holds, for those who draw it themselves; `image` is where the platform has it drawn."""

    scene: str
    url: str
    image: str


@dataclass(frozen=True)
class Printed:
    """A line of the list: a code, the region it stands for, and the file of its image, if there is one."""

    code: Code
    region: str
    file: str = ""


async def create(api: Api, scene: str) -> Code:
    """A permanent code for a scene. Counts towards what the account may have.

    Raises:
        ApiError: it was not made.
    """
    body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
    answer = await api.call(_CREATE, body)
    return Code(scene, str(answer.get("url", "")), _SHOW + quote(str(answer.get("ticket", "")), safe=""))


async def fetch_image(http: httpx.AsyncClient, code: Code, folder: Path) -> str | None:
    """Save the image the platform has drawn; its file's name, or None where it cannot be had."""
    try:
        response = await http.get(code.image)
    except httpx.HTTPError:
        return None
    ending = next((ending for begin, ending in _ENDINGS.items() if response.content.startswith(begin)), None)
    if not response.is_success or ending is None or len(response.content) > _LARGEST:
        return None
    # A scene may hold signs that no file name should.
    name = f"{re.sub(r'[^A-Za-z0-9_-]', '_', code.scene)}.{ending}"
    (folder / name).write_bytes(response.content)
    return name


def read_list(path: Path) -> Mapping[str, Printed]:
    """The codes made before, by scene; none where there is no list yet."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) == len(_HEAD)][1:]
    return {row[0]: Printed(Code(row[0], row[2], row[3]), row[1], row[4]) for row in rows}


def write_list(path: Path, printed: Mapping[str, Printed]) -> None:
    """Keep the list, as a table that office programs open."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(_HEAD)
        table.writerows(
            (one.code.scene, one.region, one.code.url, one.code.image, one.file) for one in printed.values()
        )
