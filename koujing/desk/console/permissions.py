"""Who may do what: the one table. A role that is not named may not; a route without a permission cannot be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["PERMISSIONS", "ROLES", "UnknownPermissionError", "may", "role_names", "roles_with"]

ROLES: Mapping[str, str] = {
    "operator": "坐席",
    "reviewer": "班长（质检）",
    "policy_editor": "政策编辑",
    "administrator": "管理员",
    "analyst": "数据分析",
}
_EVERYONE = frozenset(ROLES)

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "console": _EVERYONE,
    "own_account": _EVERYONE,
    # a call
    "assist": frozenset({"operator"}),
    "practice": frozenset({"operator", "reviewer"}),
    "practice_overview": frozenset({"reviewer"}),
    # conversations of all channels: to see them, and to speak in them
    "conversations": frozenset({"operator", "reviewer"}),
    "takeover": frozenset({"operator"}),
    # 工单 and 待明确事项
    "tickets": frozenset({"operator", "reviewer", "policy_editor"}),
    "ticket_export": frozenset({"reviewer", "analyst"}),
    "open_points": frozenset({"reviewer", "policy_editor"}),
    # learning from misses, and figures
    "review": frozenset({"reviewer", "policy_editor"}),
    "review_patch": frozenset({"policy_editor"}),
    "figures": frozenset({"reviewer", "policy_editor", "administrator", "analyst"}),
    # people and order
    "staff": frozenset({"administrator"}),
    "audit": frozenset({"administrator"}),
    "switches": frozenset({"administrator"}),
}


class UnknownPermissionError(LookupError):
    """A route names a permission that is not in the table."""


def roles_with(permission: str) -> frozenset[str]:
    """The roles that have a permission.

    Raises:
        UnknownPermissionError: there is none of this name.
    """
    try:
        return PERMISSIONS[permission]
    except KeyError:
        raise UnknownPermissionError(permission) from None


def may(roles: Iterable[str], permission: str) -> bool:
    """Whether somebody with these roles has a permission.

    Raises:
        UnknownPermissionError: there is none of this name.
    """
    return not roles_with(permission).isdisjoint(roles)


def role_names(roles: Iterable[str]) -> str:
    """Roles as people read them, in the order of the table."""
    given = frozenset(roles)
    return "、".join(name for role, name in ROLES.items() if role in given)
