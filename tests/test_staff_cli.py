"""`koujing staff`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from koujing.clock import Clock
from koujing.desk.console.passwords import Passwords, Scrypt
from koujing.staff_cli import staff
from koujing.store.audit import Audit, Filter
from koujing.store.database import open_database

PASSWORD = "correct horse battery"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KOUJING_DATA", str(tmp_path))
    # The real cost is a second on a busy machine.
    monkeypatch.setattr("koujing.desk.console.opening.Passwords", lambda: Passwords(Scrypt(n=2, r=1, p=1)))
    return tmp_path


def invoke(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(staff, arguments, input=typed)


def add(*arguments: str) -> Result:
    return invoke("add", *arguments, typed=f"{PASSWORD}\n{PASSWORD}\n")


def test_the_first_administrator_is_made_by_a_password_typed_unseen(data: Path) -> None:
    result = add("wang", "--display", "王某", "--role", "administrator", "--role", "operator")
    assert result.exit_code == 0, result.output
    assert "已新建账号 wang（王某，坐席、管理员）" in result.output
    assert PASSWORD not in result.output
    listed = invoke("list")
    assert listed.output.split("\t")[:4] == ["wang", "王某", "坐席、管理员", "-"]
    assert "从未登录" in listed.output


def test_a_password_is_never_an_argument(data: Path) -> None:
    for command in staff.commands.values():
        assert not [option for option in command.params if option.name == "password"]
    assert add("wang", "--role", "operator", "--password", PASSWORD).exit_code == 2


def test_every_command_explains_itself_in_chinese(data: Path) -> None:
    assert "第一个管理员" in invoke("--help").output
    for name in ("add", "list", "role", "password", "disable", "enable"):
        result = invoke(name, "-h")
        assert result.exit_code == 0
        assert "账号" in result.output
    assert "administrator  管理员" in invoke("--help").output
    assert "policy_editor" in invoke("add", "--help").output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("lst",), "没有 lst 这个命令。是否指 list？"),
        (("x",), "可用的命令：add、"),
        (("add",), "缺少 账号"),
        (("add", "wang"), "缺少 --role"),
        (("add", "wang", "--roles", "operator"), "没有 --roles 这个选项。是否指 --role？"),
    ],
)
def test_what_is_missing_or_misspelt_is_told_in_chinese(data: Path, arguments: tuple[str, ...], told: str) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert told in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Wang Fang", "--role", "operator"), "账号：账号名“Wang Fang”不对"),
        (("demo", "--role", "operator"), "留给演示"),
        (("li", "--role", "admin"), "是否指 administrator"),
        (("li", "--role", "boss"), "可用的角色"),
        (("li", "--role", "operator", "--display", "长" * 21), "--display"),
        (("wang", "--role", "operator"), "已经有了"),
    ],
)
def test_what_cannot_be_is_told_before_a_password_is_asked_for(
    data: Path, arguments: tuple[str, ...], told: str
) -> None:
    assert add("wang", "--role", "administrator").exit_code == 0
    result = invoke("add", *arguments)
    assert result.exit_code == 1
    assert told in result.output
    assert "密码（" not in result.output


def test_a_weak_password_is_refused(data: Path) -> None:
    result = invoke("add", "wang", "--role", "operator", typed="short\nshort\n")
    assert result.exit_code == 1
    assert "至少要 10 个字符" in result.output
    assert "还没有账号" in invoke("list").output


def test_passwords_are_made_or_read_for_scripts(data: Path) -> None:
    result = invoke("add", "wang", "--role", "operator", "--generate")
    assert "首次登录必须改" in result.output
    result = invoke("add", "li", "--role", "operator", "--stdin", typed=f"{PASSWORD}\n")
    assert result.exit_code == 0
    result = invoke("password", "wang", "--generate")
    assert "只显示这一次" in result.output
    assert invoke("password", "wang", typed=f"{PASSWORD}\n{PASSWORD}\n").exit_code == 0


def test_roles_and_accounts_come_and_go_and_it_is_noted(data: Path) -> None:
    add("boss", "--role", "administrator")
    add("wang", "--role", "operator", "--office", "失业保险科")
    assert "现在是：班长（质检）" in invoke("role", "wang", "--role", "reviewer").output
    assert invoke("disable", "wang").exit_code == 0
    assert "已停用" in invoke("list").output
    assert invoke("enable", "wang").exit_code == 0
    result = invoke("disable", "boss")
    assert result.exit_code == 1
    assert "最后一个" in result.output
    result = invoke("disable", "wong")
    assert "是否指 wang" in result.output
    engine = open_database(data / "koujing.db")
    noted = Audit(engine, Clock()).find(Filter())
    engine.dispose()
    assert [entry.action for entry in noted] == [
        "staff_enable",
        "staff_disable",
        "staff_change",
        "staff_add",
        "staff_add",
    ]
    assert all(entry.address.startswith("命令行") for entry in noted)
    assert all(PASSWORD not in str(entry) for entry in noted)


def test_a_database_that_cannot_be_opened_is_told(data: Path) -> None:
    (data / "koujing.db").write_text("no database at all, but long enough to be looked at as one" * 20)
    result = invoke("list")
    assert "打不开数据库" in str(result.exception)
