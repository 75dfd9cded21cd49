"""The account of the demonstration: `demo` with the password `demo`, on loopback alone, and gone anywhere else."""

from __future__ import annotations

from koujing.desk.console.passwords import Passwords
from koujing.settings import DEMO_KEY, Settings
from koujing.store.staff import NameTakenError, StaffStore

__all__ = ["DEMO_NAME", "DEMO_PASSWORD", "DEMO_ROLES", "announcement", "demo_here", "settle_demo"]

DEMO_NAME = "demo"
DEMO_PASSWORD = "demo"
DEMO_ROLES = frozenset({"operator", "reviewer", "policy_editor", "administrator", "analyst"})


def demo_here(settings: Settings) -> bool:
    """Whether this is the demonstration: reachable from this machine alone, and with its key."""
    return settings.loopback and DEMO_KEY in settings.quotas


def settle_demo(settings: Settings, store: StaffStore, passwords: Passwords) -> bool:
    """At start: make the account in the demonstration, lock it anywhere else. Whether it can be used."""
    kept = store.named(DEMO_NAME)
    if not demo_here(settings):
        if kept is not None and kept.demo:
            store.disable(kept.id)
        return False
    if kept is None:
        try:
            store.add(DEMO_NAME, "演示坐席", DEMO_ROLES, "演示", passwords.hash(DEMO_PASSWORD), demo=True)
        except NameTakenError:
            return settle_demo(settings, store, passwords)
        return True
    if kept.demo and kept.disabled_at is not None:
        store.enable(kept.id)
    return kept.demo


def announcement(settings: Settings) -> str | None:
    """The line that `koujing run` shows, where there is such an account."""
    if not demo_here(settings):
        return None
    return f"坐席工作台：{settings.desk_url}/console（演示账号 {DEMO_NAME}，密码 {DEMO_PASSWORD}，只在本机有效）"
