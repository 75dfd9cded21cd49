"""Making and changing accounts: the same rules for the page and for the command line, and all of it in the audit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from koujing.desk.console.demo import DEMO_NAME
from koujing.desk.console.errors import ConflictError, GoneError, InputError
from koujing.desk.console.passwords import Passwords, generated, weakness
from koujing.desk.console.permissions import ROLES
from koujing.store.audit import Audit
from koujing.store.staff import Account, LastAdministratorError, NameTakenError, StaffStore

__all__ = ["By", "People"]

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_LONGEST_DISPLAY = 20
_LONGEST_OFFICE = 30


@dataclass(frozen=True)
class By:
    """Who does it: an account, or the command line (None)."""

    staff_id: int | None = None
    address: str = ""


class People:
    """Blocking. Every change is noted with who made it.

    Raises:
        InputError: a field cannot be so.
        GoneError: there is no such account.
        ConflictError: it would leave nobody to make accounts, or the account is the demonstration's.
    """

    def __init__(
        self, store: StaffStore, audit: Audit, passwords: Passwords, new_password: Callable[[], str] = generated
    ) -> None:
        self._store, self._audit, self._passwords, self._new_password = store, audit, passwords, new_password

    def all(self) -> list[Account]:
        """Every account."""
        return self._store.all()

    def named(self, name: str) -> Account:
        """The account of this name."""
        account = self._store.named(_normal(name).lower())
        if account is None:
            near = get_close_matches(name, [one.name for one in self._store.all()], n=1)
            raise GoneError(f"没有“{name:.32}”这个账号。", f"是否指 {near[0]}？" if near else "请核对账号名。")
        return account

    def get(self, id: int) -> Account:
        """The account of this id."""
        account = self._store.get(id)
        if account is None:
            raise GoneError("没有这个账号。")
        return account

    def check(self, name: str, display: str, roles: Iterable[str], office: str | None) -> None:
        """Tell what would be wrong with a new account."""
        if self._store.named(_name(name)) is not None:
            raise _taken(_name(name))
        _display(display), _roles(roles), _office(office)

    def add(
        self, name: str, display: str, roles: Iterable[str], office: str | None, password: str | None, by: By
    ) -> tuple[Account, str | None]:
        """A new account. Without a password one is made, returned to be handed over, and changed at first use."""
        checked: dict[str, Any] = {
            "name": _name(name),
            "display": _display(display),
            "roles": _roles(roles),
            "office": _office(office),
        }
        made = None if password is not None else self._new_password()
        hashed = self._hashed(password, checked["name"]) if password is not None else self._passwords.hash(made or "")
        try:
            account = self._store.add(**checked, password=hashed, must_change=made is not None)
        except NameTakenError as error:
            raise _taken(checked["name"]) from error
        self._note(by, "staff_add", account, roles=sorted(account.roles), office=account.office)
        return account, made

    def change(self, id: int, by: By, *, display: str, roles: Iterable[str], office: str | None) -> Account:
        """Another name, other roles or another office."""
        before = self._own(id)
        wanted = {"display": _display(display), "roles": _roles(roles), "office": _office(office)}
        changed = {name: value for name, value in wanted.items() if getattr(before, name) != value}
        if not changed:
            return before
        with _not_the_last():
            account = self._store.change(id, **changed)
        told = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in changed.items()}
        if "roles" in told:
            told["roles_before"] = sorted(before.roles)
        self._note(by, "staff_change", account, **told)
        return account

    def reset_password(self, id: int, by: By, password: str | None = None) -> str | None:
        """Another password by somebody else; all sessions end. Without one it is made and returned, as by `add`."""
        account = self._own(id)
        made = None if password is not None else self._new_password()
        hashed = self._hashed(password, account.name) if password is not None else self._passwords.hash(made or "")
        self._store.set_password(id, hashed, must_change=made is not None)
        self._note(by, "staff_password", account)
        return made

    def change_own_password(self, id: int, old: str, new: str, again: str, by: By) -> None:
        """Another password by the person; all sessions end."""
        account = self._own(id)
        if not self._passwords.check(old, account.password):
            self._note(by, "own_password_failed", account)
            raise InputError("old", "现在的密码不对。", "请重新输入现在用的密码。")
        if new != again:
            raise InputError("again", "两次输入的新密码不一样。", "请重新输入。")
        if self._passwords.check(new, account.password):
            raise InputError("new", "新密码和现在的一样。", "请换一个没用过的。")
        self._store.set_password(id, self._hashed(new, account.name, field="new"), must_change=False)
        self._note(by, "own_password", account)

    def disable(self, id: int, by: By) -> Account:
        """Nobody can use it any more; all its sessions end at once."""
        account = self._own(id)
        if by.staff_id == id:
            raise ConflictError("不能停用自己的账号。", "请另一位管理员来停用。")
        with _not_the_last():
            self._store.disable(id)
        self._note(by, "staff_disable", account)
        return self.get(id)

    def enable(self, id: int, by: By) -> Account:
        """It can be used again, with the password it had."""
        account = self._own(id)
        self._store.enable(id)
        self._note(by, "staff_enable", account)
        return self.get(id)

    def _own(self, id: int) -> Account:
        account = self.get(id)
        if account.demo:
            raise ConflictError("演示账号不能改。", "它只在本机演示时存在；正式使用请新建账号。")
        return account

    def _hashed(self, password: str, name: str, field: str = "password") -> str:
        if (why := weakness(password, name)) is not None:
            raise InputError(field, why, "例如把几个不相干的词和数字连在一起。")
        return self._passwords.hash(password)

    def _note(self, by: By, action: str, account: Account, **detail: Any) -> None:
        self._audit.note(
            by.staff_id, action, f"staff:{account.id}", {"name": account.name, **detail}, address=by.address
        )


@contextmanager
def _not_the_last() -> Iterator[None]:
    try:
        yield
    except LastAdministratorError as error:
        raise ConflictError("这是最后一个能用的管理员账号。", "请先让另一个人成为管理员。") from error


def _taken(name: str) -> InputError:
    return InputError("name", f"账号“{name}”已经有了。", "请换一个账号名。")


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _name(given: str) -> str:
    name = _normal(given).lower()
    if not _NAME.fullmatch(name):
        raise InputError("name", f"账号名“{given:.40}”不对。", "应为 2 到 32 个小写字母、数字或 . _ - ，以字母开头。")
    if name == DEMO_NAME:
        raise InputError("name", f"账号名 {DEMO_NAME} 留给演示用。", "请换一个账号名。")
    return name


def _display(given: str) -> str:
    display = _line(given)
    if not 1 <= len(display) <= _LONGEST_DISPLAY:
        raise InputError("display", "姓名或称呼不对。", f"应为 1 到 {_LONGEST_DISPLAY} 个字，同事看到的就是它。")
    return display


def _office(given: str | None) -> str | None:
    office = _line(given or "")
    if len(office) > _LONGEST_OFFICE:
        raise InputError("office", "科室名太长。", f"最多 {_LONGEST_OFFICE} 个字。")
    return office or None


def _roles(given: Iterable[str]) -> frozenset[str]:
    roles = frozenset(given)
    for role in sorted(roles - ROLES.keys()):
        near = get_close_matches(role, ROLES, n=1, cutoff=0.5)
        hint = (
            f"是否指 {near[0]}？"
            if near
            else f"可用的角色：{'、'.join(f'{id}（{name}）' for id, name in ROLES.items())}。"
        )
        raise InputError("roles", f"没有“{role:.32}”这个角色。", hint)
    if not roles:
        raise InputError("roles", "还没有选角色。", "至少选一个角色。")
    return roles


def _line(text: str) -> str:
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).strip()
