"""Who listens where, and with which settings."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from koujing.cluster.errors import ClusterError
from koujing.cluster.plan import Plan, ports_in_use
from koujing.settings import Settings

RELEASE = Path("/releases/1")
PLAN = Plan(Settings(cluster_ports=9100))


def test_there_are_two_of_each_in_the_order_of_who_needs_whom() -> None:
    names = [member.name for member in PLAN.members(RELEASE)]
    assert names == ["actions-1", "actions-2", "rasa-1", "rasa-2", "desk-1", "desk-2"]


def test_no_two_processes_ever_share_a_port() -> None:
    plan = Plan(Settings(cluster_size=9, cluster_ports=9100))
    members = list(plan.members(RELEASE))
    ports = [*(m.port for m in members), *(plan.successor(m, RELEASE).port for m in members)]
    ports += [plan.database_port, plan.redis_port, plan.rasa_port, plan.actions_port]
    assert len(set(ports)) == len(ports) == 4 + 2 * 27
    assert all(9100 <= port < 9190 for port in ports)


def test_a_successor_takes_the_other_port_and_its_own_successor_the_first_again() -> None:
    for member in PLAN.members(RELEASE):
        new = PLAN.successor(member, Path("/releases/2"))
        assert (new.name, new.release) == (member.name, Path("/releases/2"))
        assert abs(new.port - member.port) == 1
        assert PLAN.successor(new, RELEASE) == member


def test_each_member_gets_settings_that_are_taken_and_finds_the_others_behind_nginx() -> None:
    for member in PLAN.members(RELEASE):
        settings = Settings.from_env(PLAN.environment(member))
        assert getattr(settings, f"{member.kind}_port") == member.port
        assert (settings.rasa_url, settings.actions_url) == ("http://127.0.0.1:9102", "http://127.0.0.1:9103")
        assert settings.policies == RELEASE / "policies"
        assert settings.sites == RELEASE / "sites.yml"
        assert settings.host == "127.0.0.1"
        assert settings.demo == "auto"


def test_where_nginx_is_public_the_desks_behind_it_refuse_the_demo() -> None:
    public = Settings(host="0.0.0.0", api_keys=frozenset({"k" * 16}))
    plan = Plan(public)
    for member in plan.members(RELEASE):
        settings = Settings.from_env(plan.environment(member), demo=True)
        assert settings.loopback == (member.kind != "desk"), "nobody but the desk has a key to be refused"
        assert settings.today is None


def test_the_desks_believe_their_own_nginx_whatever_stands_before_it() -> None:
    plan = Plan(Settings(trusted_proxies=frozenset({"192.0.2.7"}), drain_seconds=60))
    for member in plan.members(RELEASE):
        settings = Settings.from_env(plan.environment(member))
        assert settings.trusted_proxies == {"127.0.0.1"}
        assert settings.drain_seconds == 0, "longer than it is given to end"


def test_busy_ports_are_all_named_with_what_moves_them(unused: Callable[[], int]) -> None:
    first, second = unused(), unused()
    ports_in_use({("127.0.0.1", first): "KOUJING_DESK_PORT"})
    with socket.socket() as one, socket.socket() as two:
        for holder, port in ((one, first), (two, second)):
            holder.bind(("127.0.0.1", port))
            holder.listen()
        with pytest.raises(ClusterError, match=f"{first}.*{second}.*KOUJING_CLUSTER_PORTS、KOUJING_DESK_PORT"):
            ports_in_use({("127.0.0.1", first): "KOUJING_DESK_PORT", ("127.0.0.1", second): "KOUJING_CLUSTER_PORTS"})
