"""Charts as SVG, drawn here: no script, no style attributes; hatched where two colours could look alike in print.

Every chart has a title and a description for who cannot see it; the page puts its figures beside it as a table. Numbers in the
drawing are in its own units, a thousand across.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup

__all__ = ["Series", "bars", "columns", "heat", "line", "ticks"]

_WIDTH = 1000
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 14, 34, 44
_ROW, _ROW_LABEL = 34, 300
_CELL, _HEAT_LEFT, _HEAT_TOP = 37, 76, 30


@dataclass(frozen=True)
class Series:
    """One kind of thing counted: `mark` is its class of colour in figures.css (a to d), drawn hatched for c and d."""

    name: str
    mark: str
    values: Sequence[float]


def columns(id: str, title: str, about: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Stacked columns, one for each label."""
    height = 300
    most = max((sum(each.values[n] for each in series) for n in range(len(labels))), default=0)
    scale = _Scale(most, height)
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    drawn = [*scale.grid(), *_legend(id, series)]
    for n, label in enumerate(labels):
        x, y = _LEFT + step * n + step * 0.14, float(height - _BOTTOM)
        for each in series:
            tall = scale.tall(each.values[n])
            if tall > 0:
                drawn.append(
                    _rect(id, each.mark, x, y - tall, step * 0.72, tall, f"{label} {each.name} {_n(each.values[n])}")
                )
            y -= tall
    drawn += _below(labels, step, height)
    return _svg(id, title, about, height, drawn)


def line(id: str, title: str, about: str, labels: Sequence[str], values: Sequence[float | None]) -> Markup:
    """A line of shares, 0 to 1; broken where there is no value."""
    height = 220
    scale = _Scale(1.0, height, percent=True)
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
    drawn = [*scale.grid(), _text(_LEFT, 20, title, "start")]
    run: list[str] = []
    dots: list[Markup] = []
    for n, value in enumerate([*values, None]):
        if value is None:
            if len(run) > 1:
                drawn.append(Markup('<polyline class="line" points="{}"/>').format(" ".join(run)))
            run = []
            continue
        x, y = _LEFT + step * (n + 0.5), height - _BOTTOM - scale.tall(value)
        run.append(f"{x:.1f},{y:.1f}")
        dots.append(Markup('<circle class="dot" cx="{}" cy="{}" r="4"><title>{} {}</title></circle>').format(
            f"{x:.1f}", f"{y:.1f}", labels[n], f"{value:.1%}"
        ))  # fmt: skip
    return _svg(id, title, about, height, [*drawn, *dots, *_below(labels, step, height)])


def bars(id: str, title: str, about: str, rows: Sequence[tuple[str, str]], series: Sequence[Series]) -> Markup:
    """Stacked bars, one below the other: each row has its name and what stands behind the bar."""
    height = _TOP + _ROW * len(rows) + 6
    most = max((sum(each.values[n] for each in series) for n in range(len(rows))), default=0) or 1
    room = _WIDTH - _ROW_LABEL - 150
    drawn = [*_legend(id, series)]
    for n, (name, behind) in enumerate(rows):
        y, x = _TOP + _ROW * n, float(_ROW_LABEL)
        drawn.append(_text(_ROW_LABEL - 10, y + 21, _short(name, 19), "end", name if len(name) > 19 else ""))
        for each in series:
            wide = each.values[n] / most * room
            if wide > 0:
                drawn.append(
                    _rect(id, each.mark, x, y + 5, wide, _ROW - 12, f"{name} {each.name} {_n(each.values[n])}")
                )
            x += wide
        drawn.append(_text(x + 8, y + 21, behind, "start"))
    return _svg(id, title, about, height, drawn)


def heat(id: str, title: str, about: str, rows: Sequence[str], counted: Mapping[tuple[int, int], int]) -> Markup:
    """A map of rows by hours, 0 to 23; each cell with its number, darker for more. Rows count from 1."""
    height = _HEAT_TOP + _CELL * len(rows) + 8
    most = max(counted.values(), default=0)
    drawn = [_text(_HEAT_LEFT + _CELL * hour + _CELL / 2, 20, str(hour), "middle") for hour in range(24)]
    for n, name in enumerate(rows):
        y = _HEAT_TOP + _CELL * n
        drawn.append(_text(_HEAT_LEFT - 12, y + 24, name, "end"))
        for hour in range(24):
            many = counted.get((n + 1, hour), 0)
            level = 0 if not many else max(1, ceil(many / most * 5))
            x = _HEAT_LEFT + _CELL * hour
            drawn.append(Markup('<rect class="heat h{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>').format(
                level, x, y, _CELL - 2, _CELL - 2, f"{name} {hour}时 {many}"
            ))  # fmt: skip
            if many:
                drawn.append(_text(x + _CELL / 2 - 1, y + 23, _compact(many), "middle", mark=f"on{level}"))
    return _svg(id, title, about, height, drawn)


def ticks(most: float) -> list[float]:
    """From nought in even steps to a round number that holds `most`: at most six of them."""
    if most <= 0:
        return [0, 1]
    rough = most / 4
    power = 10 ** int(log10(rough)) if rough >= 1 else 1
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * 5 >= most)
    return [step * n for n in range(ceil(most / step) + 1)]


class _Scale:
    def __init__(self, most: float, height: int, *, percent: bool = False) -> None:
        self._ticks = [0, 0.25, 0.5, 0.75, 1] if percent else ticks(most)
        self._room, self._height, self._percent = height - _TOP - _BOTTOM, height, percent

    def tall(self, value: float) -> float:
        return value / self._ticks[-1] * self._room

    def grid(self) -> Iterable[Markup]:
        for tick in self._ticks:
            y = self._height - _BOTTOM - self.tall(tick)
            yield Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
                _LEFT, _WIDTH - _RIGHT, f"{y:.1f}", f"{y:.1f}"
            )
            yield _text(_LEFT - 8, y + 5, f"{tick:.0%}" if self._percent else _n(tick), "end")


def _below(labels: Sequence[str], step: float, height: int) -> Iterable[Markup]:
    """The labels that have room."""
    every = max(1, ceil(62 / step))
    for n, label in enumerate(labels):
        if n % every == 0:
            yield _text(_LEFT + step * (n + 0.5), height - _BOTTOM + 22, label, "middle")


def _legend(id: str, series: Sequence[Series]) -> Iterable[Markup]:
    x = float(_LEFT)
    for each in series if len(series) > 1 else ():
        yield _rect(id, each.mark, x, 6, 16, 16, "")
        yield _text(x + 22, 20, each.name, "start")
        x += 46 + 16 * len(each.name)


def _rect(id: str, mark: str, x: float, y: float, wide: float, tall: float, title: str) -> Markup:
    told = Markup("<title>{}</title>").format(title) if title else ""
    place = Markup('x="{}" y="{}" width="{}" height="{}"').format(*(f"{n:.1f}" for n in (x, y, wide, tall)))
    drawn = Markup('<rect class="s-{}" {}>{}</rect>').format(mark, place, told)
    if mark in ("c", "d"):
        drawn += Markup('<rect fill="url(#{}-{})" pointer-events="none" {}/>').format(id, mark, place)
    return drawn


def _text(x: float, y: float, text: str, anchor: str, title: str = "", mark: str = "") -> Markup:
    told = Markup("<title>{}</title>").format(title) if title else ""
    named = Markup(' class="{}"').format(mark) if mark else ""
    place = Markup('x="{}" y="{}" text-anchor="{}"').format(f"{x:.1f}", f"{y:.1f}", anchor)
    return Markup("<text{} {}>{}{}</text>").format(named, place, text, told)


def _svg(id: str, title: str, about: str, height: float, drawn: Iterable[Markup]) -> Markup:
    head = Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-about">'
        '<title id="{}-title">{}</title><desc id="{}-about">{}</desc>'
    ).format(_WIDTH, f"{height:.0f}", id, id, id, title, id, about)
    hatch = Markup(
        '<defs><pattern id="{}-c" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="hatch" x1="0" y1="0" x2="0" y2="8"/></pattern>'
        '<pattern id="{}-d" width="7" height="7" patternUnits="userSpaceOnUse"><circle class="spot" cx="3" cy="3" r="1.4"/></pattern>'
        "</defs>"
    ).format(id, id)
    return head + hatch + Markup("").join(drawn) + Markup("</svg>")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _n(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _compact(value: int) -> str:
    return str(value) if value < 1000 else f"{value / 1000:.0f}k" if value >= 9950 else f"{value / 1000:.1f}k"
