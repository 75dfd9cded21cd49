"""The widget as it is served: files of `widget/` under names that hold their hash, told to browsers with their integrity.

There is no build step: lines that are only a comment are left out, a module's imports are rewritten to the hashed names,
and the loader gets the list of all parts at one marked place. All of it is done once, when the desk starts.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.errors import NotFoundError
from koujing.errors import ProgramError

__all__ = ["FOLDER", "JOINED", "LOADER", "Asset", "Widget", "WidgetError", "load_widget", "widget_routes"]

FOLDER = "/widget/v1/"
LOADER = "koujing-chat.js"
_MARK = "/*MODULES*/[]"
JOINED = "modules.js"
# Imports and exports stand on lines of their own, at the margin.
_IMPORT = re.compile(r"""^import (?:\{ \w+(?:, \w+)* \} from )?(["'])\./([a-z0-9-]+\.js)\1;$""", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|class|function)\b)", re.MULTILINE)
_MODULE_LINE = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
_DECLARED = re.compile(r"^(?:async )?(?:const|let|class|function) (\w+)", re.MULTILINE)
_MEDIA = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_DIGITS = 12
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=300, must-revalidate"


class WidgetError(ProgramError):
    """The files of the widget cannot be served as they are."""


@dataclass(frozen=True)
class Asset:
    """One file as it is served; `hashed` is its name that never means anything else."""

    name: str
    hashed: str
    body: bytes
    packed: bytes
    integrity: str

    @property
    def media(self) -> str:
        """Its content type."""
        return _MEDIA[Path(self.name).suffix]


@dataclass(frozen=True)
class Widget:
    """The loader, the joined modules, and the styles."""

    loader: Asset
    parts: tuple[Asset, ...]

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Everything that is served."""
        return (self.loader, *self.parts)

    @property
    def size(self) -> int:
        """What a browser loads, gzipped, in bytes."""
        return sum(len(asset.packed) for asset in self.assets)


def load_widget(folder: Path) -> Widget:
    """Read the widget.

    Raises:
        WidgetError: a file is missing, imports one that is not there or imports in a circle.
    """
    sources = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*"))
        if path.suffix in _MEDIA and not path.stem.endswith(".test")
    }
    if LOADER not in sources:
        raise WidgetError(f"{folder} 里没有 {LOADER}。请从发布包里补上 widget 目录。")
    loader = _lean(LOADER, sources.pop(LOADER))
    if loader.count(_MARK) != 1:
        raise WidgetError(f"{folder / LOADER} 里应恰好有一处 {_MARK}，模块清单要填在这里。")
    styles = {name: source for name, source in sources.items() if name.endswith(".css")}
    modules = {name: source for name, source in sources.items() if name not in styles}
    parts = (_asset(JOINED, _joined(modules)), *(_asset(name, _lean(name, source)) for name, source in styles.items()))
    listed = json.dumps([{"url": part.hashed, "integrity": part.integrity} for part in parts])
    return Widget(_asset(LOADER, loader.replace(_MARK, listed)), parts)


def widget_routes(widget: Widget) -> list[Route]:
    """Where browsers find the files, by their own names and by the hashed ones."""
    served = {asset.hashed: asset for asset in widget.assets} | {asset.name: asset for asset in widget.assets}

    async def serve(request: Request) -> Response:
        name = request.path_params["name"]
        asset = served.get(name)
        if asset is None:
            raise NotFoundError("没有这个文件。", f"挂件的入口是 {FOLDER}{LOADER}。")
        return _response(request, asset, name)

    return [Route(FOLDER + "{name}", serve, methods=["GET"], include_in_schema=False)]


def _lean(name: str, source: str) -> str:
    """A source without indentation and without the lines that hold nothing or only a comment."""
    kept, inside = [], False
    for line in source.splitlines():
        line = line.strip()
        if line.count("`") % 2:
            raise WidgetError(f"widget/{name} 有跨行的模板字符串：{line[:60]}。行首空白会被去掉，请写在一行里。")
        if inside or line.startswith("/*"):
            begun, inside = inside, "*/" not in line
            # Code behind a comment on its line is kept with it.
            if inside or begun or line.endswith("*/"):
                continue
        if line and not line.startswith("//"):
            kept.append(line)
    return "\n".join(kept) + "\n"


def _joined(modules: Mapping[str, str]) -> str:
    """All modules as one. They share one scope then, so that no two may declare a name at their top level."""
    declared: dict[str, str] = {}
    joined = []
    for name in _in_order(modules):
        source = _EXPORT.sub("", _IMPORT.sub("", modules[name]))
        if left := _MODULE_LINE.search(source):
            raise WidgetError(
                f"widget/{name} 的“{left[0][:60]}”合不到一起：import、export 要各占一行，不改名，不转出。"
            )
        for found in _DECLARED.findall(source):
            if found in declared:
                raise WidgetError(f"widget/{name} 和 widget/{declared[found]} 都在顶层声明了 {found}。请改一个名字。")
            declared[found] = name
        joined.append(_lean(name, source))
    return "".join(joined)


def _in_order(sources: Mapping[str, str]) -> Iterator[str]:
    imports = {name: {match[2] for match in _IMPORT.finditer(source)} for name, source in sources.items()}
    for name, wanted in imports.items():
        if missing := wanted - sources.keys():
            raise WidgetError(f"widget/{name} 引入了没有的模块 {'、'.join(sorted(missing))}。请改正 import。")
    try:
        yield from TopologicalSorter(imports).static_order()
    except CycleError as error:
        raise WidgetError(f"widget 的模块互相引入成了圈：{' → '.join(error.args[1])}。请拆开。") from error


def _asset(name: str, source: str) -> Asset:
    body = source.encode()
    digest = hashlib.sha384(body).digest()
    stem, dot, suffix = name.rpartition(".")
    return Asset(
        name=name,
        hashed=f"{stem}.{digest.hex()[:_DIGITS]}{dot}{suffix}",
        body=body,
        packed=gzip.compress(body, 9, mtime=0),
        integrity=f"sha384-{base64.b64encode(digest).decode()}",
    )


def _response(request: Request, asset: Asset, name: str) -> Response:
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
        "Cache-Control": _FOR_EVER if name == asset.hashed else _FOR_NOW,
        "ETag": f'W/"{asset.integrity[7:31]}"',
    }
    known = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
    if headers["ETag"] in known or "*" in known:
        return Response(status_code=304, headers=headers)
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(asset.packed, media_type=asset.media, headers={**headers, "Content-Encoding": "gzip"})
    return Response(asset.body, media_type=asset.media, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _, parameters = part.strip().partition(";")
        if coding == "gzip":
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
