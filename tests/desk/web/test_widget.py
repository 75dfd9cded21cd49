"""The widget as browsers get it: hashed names that hold, integrity that fits, headers that let other sites load it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from koujing.desk.errors import ApiError, api_error
from koujing.desk.web.embed import csp_lines, pinned_tag, tag
from koujing.desk.web.widget import FOLDER, JOINED, LOADER, Widget, WidgetError, load_widget, widget_routes

LOADER_SOURCE = "(function () { var modules = /*MODULES*/[]; })();\n"


def written(folder: Path, **files: str) -> Path:
    """A widget folder; `a_js` is a.js."""
    for name, source in {"koujing-chat_js": LOADER_SOURCE, **files}.items():
        (folder / name.replace("_", ".")).write_text(source, encoding="utf-8")
    return folder


def integrity(body: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


@pytest.fixture
def widget(tmp_path: Path) -> Widget:
    return load_widget(
        written(
            tmp_path,
            element_js="import { a } from './a.js';\nimport './b.js';\nclass Element {}\n",
            a_js="import { b } from './b.js';\nexport const a = b;\n",
            b_js="export const b = './b.js';\nexport function late() {}\n",
            b_test_js="never served",
            chat_css=":host { color: red }",
            readme_md="never served",
        )
    )


def client(widget: Widget) -> httpx.AsyncClient:
    app = Starlette(routes=widget_routes(widget), exception_handlers={ApiError: api_error})
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk")


def modules(widget: Widget) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(re.findall(r"modules = (\[.*\]);", widget.loader.body.decode())[0])
    return found


def test_the_loader_lists_the_modules_and_the_styles(widget: Widget) -> None:
    names = [re.sub(r"\.[0-9a-f]{12}\.", ".", module["url"]) for module in modules(widget)]
    assert names == [JOINED, "chat.css"]


def test_modules_are_joined_after_what_they_import(widget: Widget) -> None:
    joined = widget.parts[0].body.decode().splitlines()
    assert joined == ["const b = './b.js';", "function late() {}", "const a = b;", "class Element {}"]


def test_comments_and_indentation_are_not_sent(tmp_path: Path) -> None:
    source = """/** What it does.
 * More. */
/* one */
// two
const a = "// no comment"; // kept

  /* three */ const b = 1;
  const c = /* four */ 2;
"""
    widget = load_widget(written(tmp_path, a_js=source))
    lines = widget.parts[0].body.decode().splitlines()
    assert lines == ['const a = "// no comment"; // kept', "/* three */ const b = 1;", "const c = /* four */ 2;"]


def test_what_is_not_for_browsers_is_not_served(widget: Widget) -> None:
    assert {asset.name for asset in widget.assets} == {LOADER, JOINED, "chat.css"}


@pytest.mark.anyio
async def test_every_listed_module_is_served_and_fits_its_integrity(widget: Widget) -> None:
    async with client(widget) as http:
        for module in modules(widget):
            response = await http.get(FOLDER + module["url"])
            assert response.status_code == 200
            assert integrity(response.content) == module["integrity"]
            kind = "css" if module["url"].endswith(".css") else "javascript"
            assert response.headers["content-type"] == f"text/{kind}; charset=utf-8"


@pytest.mark.anyio
async def test_the_stable_name_is_asked_again_and_the_hashed_one_never(widget: Widget) -> None:
    async with client(widget) as http:
        stable, hashed = await http.get(FOLDER + LOADER), await http.get(FOLDER + widget.loader.hashed)
        assert stable.content == hashed.content == widget.loader.body
        assert "immutable" in hashed.headers["cache-control"]
        assert "immutable" not in stable.headers["cache-control"]
        again = await http.get(FOLDER + LOADER, headers={"If-None-Match": stable.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == stable.headers["etag"]


@pytest.mark.anyio
async def test_other_sites_may_load_it(widget: Widget) -> None:
    async with client(widget) as http:
        headers = (await http.get(FOLDER + LOADER)).headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("accepted", "packed"), [("gzip, br", True), ("identity", False), ("gzip;q=0", False), ("GZIP;q=0.5", True)]
)
async def test_it_is_packed_for_who_unpacks(widget: Widget, accepted: str, packed: bool) -> None:
    async with (
        client(widget) as http,
        http.stream("GET", FOLDER + LOADER, headers={"Accept-Encoding": accepted}) as got,
    ):
        raw = b"".join([part async for part in got.aiter_raw()])
    assert (gzip.decompress(raw) if packed else raw) == widget.loader.body
    assert got.headers["vary"] == "Accept-Encoding"


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["b.test.js", "readme.md", "..%2fsites.yml", "none.js"])
async def test_nothing_else_is_there(widget: Widget, name: str) -> None:
    async with client(widget) as http:
        assert (await http.get(FOLDER + name)).status_code == 404


def test_a_change_anywhere_changes_the_names(widget: Widget, tmp_path: Path) -> None:
    changed = load_widget(written(tmp_path, b_js="export const b = 2;\n"))
    before, after = ({asset.name: asset.hashed for asset in each.assets} for each in (widget, changed))
    assert {name for name in before if before[name] != after[name]} == {LOADER, JOINED}


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({"koujing-chat_js": "no mark"}, "恰好有一处"),
        ({"a_js": "import './none.js';"}, "none.js"),
        ({"a_js": "const a = `one\n  two`;"}, "模板字符串"),
        ({"a_js": "import './b.js';", "b_js": "import './a.js';"}, "成了圈"),
        ({"a_js": "const one = 1;", "b_js": "export function one() {}"}, "都在顶层声明了 one"),
        ({"a_js": "import { b as c } from './b.js';", "b_js": "const b = 1;"}, "合不到一起"),
        ({"a_js": "export * from './b.js';", "b_js": "const b = 1;"}, "合不到一起"),
        ({"a_js": "export default 1;"}, "合不到一起"),
    ],
)
def test_a_widget_that_cannot_work_is_refused(tmp_path: Path, files: dict[str, str], what: str) -> None:
    with pytest.raises(WidgetError, match=what):
        load_widget(written(tmp_path, **files))


def test_a_missing_loader_is_told(tmp_path: Path) -> None:
    with pytest.raises(WidgetError, match=LOADER):
        load_widget(tmp_path)


def test_the_tag_to_copy_pins_what_is_served(widget: Widget) -> None:
    line = pinned_tag("https://desk.example.gov.cn", "demo", widget, region="huludao")
    assert f"{FOLDER}{widget.loader.hashed}" in line
    assert f'integrity="{integrity(widget.loader.body)}" crossorigin="anonymous"' in line
    assert 'data-site="demo" data-region="huludao"' in line
    assert "integrity" not in tag("https://desk.example.gov.cn", "demo")
    assert csp_lines("https://desk.example.gov.cn")[0] == "script-src https://desk.example.gov.cn"
