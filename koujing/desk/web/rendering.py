"""HTML from the templates beside this file, in the script that is asked for.

In 繁體 the templates' own words are converted; whatever is filled in is left as it is: replies come converted already, and
quotes and what people typed are never converted. `|t` converts a filled-in text that is the site's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from koujing.desk.script import DEFAULT_SCRIPT, converted

__all__ = ["HERE", "Renderer"]

HERE = Path(__file__).parent
_LANGUAGES = {"hans": "zh-CN", "hant": "zh-Hant-HK"}
# Private-use characters that stand around the number of what is kept from conversion.
_KEPT = re.compile("\ue000([0-9]+)\ue001")


class Renderer:
    """Templates, with what is the same on every page."""

    def __init__(self, **common: Any) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_kept,
        )
        self._environment.filters["t"] = _translated
        self._common: Mapping[str, Any] = common

    def render(self, template: str, script: str = DEFAULT_SCRIPT, **given: Any) -> str:
        """A template as HTML."""
        kept: list[str] | None = None if script == DEFAULT_SCRIPT else []
        names = {"script": script, "lang": _LANGUAGES[script], "kept": kept}
        html = self._environment.get_template(template).render(**self._common, **names, **given)
        if kept is None:
            return html
        parts = kept
        return _KEPT.sub(lambda match: parts[int(match[1])], converted(html, script))


@pass_context
def _kept(context: Context, value: Any) -> Any:
    """What is filled in, set aside while the rest is converted. Markup is the templates' own (macros)."""
    kept: list[str] | None = context["kept"]
    if kept is None or isinstance(value, Markup) or value is None:
        return "" if value is None else value
    kept.append(str(escape(value)))
    return Markup("\ue000%d\ue001") % (len(kept) - 1)


@pass_context
def _translated(context: Context, value: str) -> Any:
    return escape(value) if context["script"] != DEFAULT_SCRIPT else value
