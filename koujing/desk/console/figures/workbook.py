"""The report as an XLSX workbook: real numbers, one sheet a dimension, and a sheet that says how they are counted."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from koujing.desk.console.cells import harmless, printable
from koujing.desk.console.figures.report import TRANSFER_NAMES, Group, Report
from koujing.store.figures import Counts

__all__ = ["workbook"]

_HEAD = (
    "问题",
    "判定、口径或清单",
    "首答解决",
    "首答解决率",
    "占有结论的",
    "原文或另有文件",
    "未作结论",
    "追问后离开",
    "又答一遍",
    "有用",
    "没用",
    "转出",
    "转出占比",
)
_WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_BOLD, _FILL = Font(bold=True), PatternFill("solid", fgColor="E3EFEF")
_SHARE, _WHOLE, _DAY = "0.0%", "#,##0", "yyyy-mm-dd"


def workbook(report: Report, about: Sequence[tuple[str, str]], definitions: Iterable[Mapping[str, str]]) -> bytes:
    """The file.

    Args:
        about: what it is a report of, as name and words: days, filters, when it was made.
        definitions: name and text of each.
    """
    book = Workbook(write_only=True)
    _sheet(book, "总览", (22, 16, 16), _overview(report, about))
    first = (("日期", report.days, True), ("渠道", report.channels, False), ("地区", report.regions, False), ("事项", report.matters, False), ("条款", report.clauses, False))  # fmt: skip
    for name, groups, days in first:
        _sheet(book, name, (34, *(13 for _ in _HEAD)), _groups(name, groups, report.total, days=days))
    _sheet(book, "时段", (8, *(6 for _ in range(24))), _heat(report))
    rows: list[list[Any]] = [[_bold("种类"), _bold("次数")], *([name, n] for _, _, name, n in report.abstentions)]
    _sheet(book, "未作结论", (40, 12), rows)
    asked: list[list[Any]] = [
        [_bold("判定前追问次数"), _bold("判定数")],
        *([asked, n] for asked, n in report.interviews.items()),
    ]
    _sheet(book, "追问", (18, 12), asked)
    told: list[list[Any]] = [[_bold("名称"), _bold("怎么算")], *([one["name"], one["text"]] for one in definitions)]
    _sheet(book, "口径", (18, 110), told, wrap=True)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _overview(report: Report, about: Sequence[tuple[str, str]]) -> list[list[Any]]:
    now, then = report.total, report.before
    rows: list[list[Any]] = [[_bold("口径数据报告")], *([_bold(name), words] for name, words in about), []]
    rows.append([_bold("指标"), _bold("本期"), _bold("前一期（天数相同）")])
    rows += [[name, _number(of(now)), _number(of(then))] for name, of in _WHOLES.items()]
    rows += [[name, _share(of(now)), _share(of(then))] for name, of in _SHARES.items()]
    rows += [[f"转出：{TRANSFER_NAMES[kind]}", _number(n), None] for kind, n in report.transfers.items()]
    rows.append(["判定前平均追问次数", report.asked_back and round(report.asked_back, 2), None])
    rows.append(["答复用时中位数（毫秒，网站）", report.took, None])
    return rows


_WHOLES: Mapping[str, Callable[[Counts], int]] = {
    "问题": lambda c: c.questions,
    "会话": lambda c: c.sessions,
    "首答解决": lambda c: c.resolved,
    "原文或另有文件": lambda c: c.pointed,
    "未作结论": lambda c: c.abstained,
    "追问后离开": lambda c: c.broken_off,
    "评“有用”": lambda c: c.useful,
    "评“没用”": lambda c: c.useless,
    "转出": lambda c: c.transfers,
}
_SHARES: Mapping[str, Callable[[Counts], float | None]] = {
    "首答解决率（占全部问题）": lambda c: c.rate,
    "首答解决率（占有结论的）": lambda c: c.rate_concluded,
    "有用率": lambda c: c.useful / (c.useful + c.useless) if c.useful + c.useless else None,
    "转出率": lambda c: c.transfers / c.sessions if c.sessions else None,
}


def _groups(name: str, groups: Sequence[Group], total: Counts, *, days: bool) -> list[list[Any]]:
    rows: list[list[Any]] = [[_bold(name), *map(_bold, _HEAD)]]
    for group in groups:
        of = group.counts
        first = _cell(group.id, _DAY) if days else group.name
        wholes = (of.pointed, of.abstained, of.broken_off, of.repeated, of.useful, of.useless, of.transfers)
        shares = [_share(of.rate), _share(of.rate_concluded)]
        part = of.transfers / total.transfers if total.transfers else None
        rows.append([first, *map(_number, (of.questions, of.concluded, of.resolved)), *shares, *map(_number, wholes), _share(part)])  # fmt: skip
    return rows


def _heat(report: Report) -> list[list[Any]]:
    rows: list[list[Any]] = [[_bold("问题数"), *(_bold(f"{hour}时") for hour in range(24))]]
    for n, name in enumerate(_WEEK):
        rows.append([name, *(report.heat.get((n + 1, hour), 0) for hour in range(24))])
    return rows


def _sheet(book: Any, name: str, widths: Sequence[int], rows: Iterable[Sequence[Any]], *, wrap: bool = False) -> None:
    sheet = book.create_sheet(name)
    for n, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToHeight = False
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    if name not in ("总览", "口径"):
        sheet.freeze_panes = "B2"
    for row in rows:
        cells = [_placed(sheet, value) for value in row]
        if wrap:
            for cell in cells:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append(cells)


class _Made:
    """A value with its format, until its sheet is known."""

    def __init__(self, value: Any, form: str = "General", *, bold: bool = False) -> None:
        self.value, self.form, self.bold = value, form, bold


def _bold(text: str) -> _Made:
    return _Made(text, bold=True)


def _cell(value: Any, form: str) -> _Made:
    return _Made(value, form)


def _number(value: int) -> _Made:
    return _Made(value, _WHOLE)


def _share(value: float | None) -> _Made:
    return _Made(value, _SHARE)


def _placed(sheet: Any, given: Any) -> Any:
    made = given if isinstance(given, _Made) else _Made(given)
    value = made.value
    if isinstance(value, str):
        value = harmless(printable(value))
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = made.form
    if made.bold:
        cell.font, cell.fill = _BOLD, _FILL
    return cell
