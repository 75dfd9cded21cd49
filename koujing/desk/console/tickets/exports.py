"""Tickets as files: CSV that Excel opens as UTF-8, and XLSX. Telephone numbers are never in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from koujing.desk.console.cells import harmless, printable
from koujing.desk.console.rendering import moment
from koujing.desk.console.tickets.naming import PRIORITIES, SOURCES, STATES, Naming
from koujing.private.mask import mask, mask_staff
from koujing.store.ticket_rows import Ticket

__all__ = ["MOST", "as_csv", "as_xlsx"]

# So many rows a file; more are told of on the page.
MOST = 10_000
_COLUMNS = (
    ("工单编号", 14), ("状态", 10), ("标题", 32), ("问题", 50), ("类别", 10), ("轻重", 8), ("地区", 16), ("事项", 22),
    ("条款", 26), ("回执", 16), ("来源", 10), ("电话号码", 10), ("承办科室", 16), ("承办人", 10), ("建单人", 10),
    ("建单时间", 17), ("到期日", 12), ("答复", 50), ("答复时间", 17), ("送达时间", 17), ("办结时间", 17),
)  # fmt: skip
_DAY = "yyyy-mm-dd"
_MOMENT = "yyyy-mm-dd hh:mm"


def as_csv(tickets: Iterable[Ticket], naming: Naming) -> bytes:
    """The file, with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([name for name, _ in _COLUMNS])
    for ticket in tickets:
        writer.writerow([_plain(cell) for cell in _row(ticket, naming)])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(tickets: Iterable[Ticket], naming: Naming) -> bytes:
    """The file; days and moments are real ones, in Shanghai time, and every text is a text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("工单")
    for n, (_, width) in enumerate(_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    sheet.freeze_panes = "B2"
    sheet.append([_cell(sheet, name, bold=True) for name, _ in _COLUMNS])
    for ticket in tickets:
        sheet.append([_cell(sheet, value) for value in _row(ticket, naming)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _row(ticket: Ticket, naming: Naming) -> Sequence[Any]:
    return (
        ticket.number, STATES[ticket.state], mask(ticket.title), mask(ticket.question), naming.kind(ticket.kind),
        PRIORITIES.get(ticket.priority, ticket.priority), naming.region(ticket.region), naming.matter(ticket.matter),
        naming.clause(ticket.clause), ticket.receipt or "", SOURCES[ticket.source], "有（已隐藏）" if ticket.phone else "",
        naming.office(ticket.office), ticket.worker or "", ticket.maker or "", ticket.made_at, ticket.due_on,
        mask_staff(ticket.reply or ""), ticket.replied_at, ticket.delivered_at, ticket.closed_at,
    )  # fmt: skip


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return harmless(printable(value))
    return "" if value is None else moment(value) if hasattr(value, "hour") else value.isoformat()


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    if hasattr(value, "hour"):
        cell = WriteOnlyCell(sheet, value.replace(tzinfo=None, second=0, microsecond=0))
        cell.number_format = _MOMENT
    elif hasattr(value, "year"):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = _DAY
    else:
        # openpyxl would take a text that begins with = for a formula.
        cell = WriteOnlyCell(sheet, printable(value or ""))
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=not bold)
    if bold:
        cell.font = Font(bold=True)
    return cell
