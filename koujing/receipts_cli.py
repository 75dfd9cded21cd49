"""`koujing receipts`: receipts that carried a caliber, found, withdrawn, and their people told."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from collections import Counter
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import click
from openpyxl import Workbook

from koujing.desk.console.naming import caliber_names
from koujing.desk.recalling import NONE, TICKET, WEB, WECHAT, Found, Wrong, opened
from koujing.knowledge.base import load_knowledge
from koujing.knowledge.regions import load_regions
from koujing.settings import Settings
from koujing.staff_cli import Group

__all__ = ["receipts"]

REACH = {WEB: "网站会话还开着", WECHAT: "微信可以主动发送", TICKET: "有未办结工单", NONE: "联系不上"}
_CHANNELS = {"web": "网站", "wechat": "微信", "console": "电话"}
_COLUMNS = ("回执", "口径", "版本", "答复时间", "渠道", "地区", "能否联系", "工单", "已收回", "已告知")
_LONGEST_NOTE = 120
_SHOWN = 20


@click.group(name="receipts", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def receipts() -> None:
    """回执：按口径查出、收回、告知更正。"""


@receipts.command()
@click.option("--caliber", metavar="口径ID", required=True, help="如 huludao.unemployment_allowance.amount")
@click.option("--version", metavar="版本", help="只要这个版本；不写为全部版本。")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="日期", help="从哪天起的答复，如 2021-09-01。")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="日期", help="到哪天为止，含当天。")
@click.option("--region", metavar="地区ID", help="只要这个地区（含下辖）的答复。")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "xlsx", "json"]), default="table", help="怎样列出。"
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写进文件；xlsx 必须写。")
@click.option("--note", metavar="说明", help=f"收回这些回执，并写明更正内容（公众能看到），最多 {_LONGEST_NOTE} 字。")
@click.option("--corrected", metavar="口径ID", help="更正后的口径。")
@click.option("--tell", is_flag=True, help="收回后告知还能联系上的人，每人一次；可以中断后再来。")
@click.option("--yes", is_flag=True, help="不再询问。")
def recall(
    caliber: str,
    version: str | None,
    since: dt.datetime | None,
    until: dt.datetime | None,
    region: str | None,
    form: str,
    out: Path | None,
    note: str | None,
    corrected: str | None,
    tell: bool,
    yes: bool,
) -> None:
    """列出带某条口径的全部回执；给了 --note 就收回它们。

    原文一字不改：以后凭回执查到的是原文，上面写着“此答复已于…更正”。
    """
    settings = Settings.from_env(os.environ)
    _check(form, out, note, corrected, tell)
    wrong = Wrong(caliber, version, since and since.date(), until and until.date(), _within(region))
    with opened(settings) as recalling:
        found = recalling.find(wrong)
        _show(found, form, out)
        if note is None or not found:
            return
        new = sum(not one.carried.recalled for one in found)
        if new and not yes:
            click.confirm(f"收回其中还没有收回的 {new} 份回执？说明：{note}", abort=True, err=True)
        click.echo(f"已收回 {recalling.withdraw(wrong, note.strip(), corrected)} 份，审计里有记录。", err=True)
        if tell:
            _tell(recalling, recalling.find(wrong), yes=yes)


def _tell(recalling: Any, found: Sequence[Found], *, yes: bool) -> None:
    sessions = {one.carried.session_id for one in found if one.reach in (WEB, WECHAT) and one.carried.told_at is None}
    if not sessions:
        click.echo("没有还要告知、又联系得上的人。", err=True)
        return
    if not yes:
        click.confirm(f"告知 {len(sessions)} 个会话的市民？微信每人用去一条主动发送", abort=True, err=True)
    told = Counter[str]()
    for channel, _receipts in recalling.tell(found):
        told[channel] += 1
    click.echo("已告知：" + "，".join(f"{_CHANNELS[channel]} {count} 人" for channel, count in told.items()), err=True)
    left = sum(one.reach == TICKET for one in found)
    if left:
        click.echo(f"另有 {left} 份回执的人有未办结工单，请承办人答复时一并更正（见“工单”一栏）。", err=True)


def _check(form: str, out: Path | None, note: str | None, corrected: str | None, tell: bool) -> None:
    if form == "xlsx" and out is None:
        raise click.UsageError("xlsx 要写进文件：请加 --out 文件名.xlsx")
    if note is not None and not 1 <= len(note.strip()) <= _LONGEST_NOTE:
        raise click.UsageError(f"--note 是给公众看的更正说明，写 1 到 {_LONGEST_NOTE} 个字。")
    if note is None and (tell or corrected):
        raise click.UsageError("--tell 和 --corrected 要和 --note 一起用：没有说明就不收回。")
    if corrected is not None:
        knowledge = load_knowledge(Settings.from_env(os.environ).policies)
        if corrected not in caliber_names(knowledge):
            raise click.UsageError(f"没有 {corrected} 这条已核准的口径。用 koujing check 和政策文件核对口径 ID。")


def _within(region: str | None) -> frozenset[str] | None:
    if region is None:
        return None
    regions = load_regions(Settings.from_env(os.environ).policies / "regions.yml")
    if regions.get(region) is None:
        raise click.UsageError(f"没有 {region} 这个地区 ID，全部地区见 /api/v1/catalogue。")
    return frozenset(id for id in regions.ids() if regions.within(id, region))


def _show(found: Sequence[Found], form: str, out: Path | None) -> None:
    if form == "xlsx":
        assert out is not None
        book = Workbook(write_only=True)
        sheet = book.create_sheet("回执")
        for row in (_COLUMNS, *map(_row, found)):
            sheet.append(list(row))
        book.save(out)
    else:
        text = {"csv": _csv, "json": _json, "table": _table}[form](found, whole=out is not None)
        if out is None:
            click.echo(text)
        else:
            # With its mark, by which Excel knows UTF-8.
            out.write_text(text, encoding="utf-8-sig" if form == "csv" else "utf-8")
    counted = Counter(one.reach for one in found)
    shares = "，".join(f"{REACH[reach]} {counted[reach]}" for reach in REACH if counted[reach])
    click.echo(f"共 {len(found)} 份回执{f'：{shares}' if shares else ''}。", err=True)


def _row(one: Found) -> tuple[str, ...]:
    carried = one.carried
    told = carried.told_at.isoformat(timespec="seconds") if carried.told_at else ""
    return (
        carried.receipt, carried.caliber, carried.version, carried.at.isoformat(timespec="seconds"),
        _CHANNELS.get(carried.client.partition(":")[0], "接口"), carried.region or "", REACH[one.reach],
        carried.ticket or "", "是" if carried.recalled else "", told,
    )  # fmt: skip


def _csv(found: Sequence[Found], *, whole: bool) -> str:  # noqa: ARG001 - all are whole but the table
    text = StringIO()
    csv.writer(text).writerows((_COLUMNS, *map(_row, found)))
    return text.getvalue().rstrip()


def _json(found: Sequence[Found], *, whole: bool) -> str:  # noqa: ARG001
    return json.dumps([dict(zip(_COLUMNS, _row(one), strict=True)) for one in found], ensure_ascii=False, indent=2)


def _table(found: Sequence[Found], *, whole: bool) -> str:
    shown = found if whole else found[:_SHOWN]
    lines = ["\t".join(row) for row in (_COLUMNS, *map(_row, shown))]
    if len(shown) < len(found):
        lines.append(f"……另有 {len(found) - len(shown)} 份，用 --out 文件名 写出全部")
    return "\n".join(lines)
