"""nginx's file as it is written for who serves now."""

from __future__ import annotations

import re
from pathlib import Path

from koujing.cluster.nginx import rendered
from koujing.cluster.plan import Plan
from koujing.settings import ROOT, Settings

TEMPLATE = (ROOT / "ops/nginx/cluster.conf.template").read_text(encoding="utf-8")
PLAN = Plan(Settings(cluster_ports=9100, desk_port=9000))
MEMBERS = list(PLAN.members(Path("/releases/1")))


def servers(text: str, upstream: str) -> list[int]:
    block = re.search(rf"upstream {upstream} \{{(.*?)\}}", text, flags=re.DOTALL)
    assert block is not None
    return [int(port) for port in re.findall(r"server 127\.0\.0\.1:(\d+)", block[1])]


def test_those_that_serve_are_named_and_nobody_else() -> None:
    text = rendered(TEMPLATE, PLAN, MEMBERS)
    assert servers(text, "koujing_desks") == [9110, 9112]
    assert servers(text, "koujing_rasa") == [9130, 9132]
    assert servers(text, "koujing_actions") == [9150, 9152]
    new = PLAN.successor(MEMBERS[2], Path("/releases/2"))
    assert servers(rendered(TEMPLATE, PLAN, [new, *MEMBERS[3:], *MEMBERS[:2]]), "koujing_rasa") == [9131, 9132]


def test_nothing_is_left_to_fill_in() -> None:
    assert not re.search(r"@[a-z_]+@", rendered(TEMPLATE, PLAN, MEMBERS).replace("@name@", ""))


def test_only_the_desks_listen_where_the_settings_say_and_the_rest_on_loopback() -> None:
    public = Plan(Settings(host="0.0.0.0", api_keys=frozenset({"k" * 16}), cluster_ports=9100))
    found = re.findall(r"listen (\S+)", rendered(TEMPLATE, public, MEMBERS))
    assert found == ["0.0.0.0:8000", "127.0.0.1:9102", "127.0.0.1:9103"]
    assert "listen [::1]:8000" in rendered(TEMPLATE, Plan(Settings(host="::1")), MEMBERS)


def test_workers_of_root_have_another_user() -> None:
    assert "user www-data;" in rendered(TEMPLATE, PLAN, MEMBERS, "www-data")
    assert not re.search(r"^user", rendered(TEMPLATE, PLAN, MEMBERS), flags=re.MULTILINE)
