"""The cluster as operators start it: real PostgreSQL, Redis and nginx, two desks, two Rasa, two action servers."""

from __future__ import annotations

import os
import re
import signal
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from koujing.clock import Clock
from koujing.store.database import open_database
from koujing.store.store import Store
from tests.e2e.cluster.running import ClusterUnderTest

pytestmark = pytest.mark.model
LAW_FIRM = "律所12个人参保去年一个没裁能领稳岗返还吗"


@pytest.fixture(scope="module")
def cluster() -> Iterator[ClusterUnderTest]:
    cluster = ClusterUnderTest()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


def say(cluster: ClusterUnderTest, text: str, **more: Any) -> dict[str, Any]:
    answer = cluster.http.post("/api/v1/ask", json={"text": text, **more})
    assert answer.status_code == 200, f"{answer.text}\n{cluster.logs()}"
    body: dict[str, Any] = answer.json()
    return body


def test_a_question_is_answered_through_nginx(cluster: ClusterUnderTest) -> None:
    (reply,) = say(cluster, LAW_FIRM, region="huludao")["replies"]
    assert reply["status"] == "determined"
    assert cluster.http.get(f"/api/v1/receipts/{reply['receipt']}").json()["text"] == reply["text"]


def test_one_conversation_goes_over_both_desks_and_both_rasas_and_is_remembered(cluster: ClusterUnderTest) -> None:
    before = {log: len(cluster.served(log)) for log in ("access.log", "rasa.log")}
    asked = say(cluster, "葫芦岛的公司能领稳岗返还吗，参保28人")
    session = asked["session"]
    for text in ("什么时候截止？", "怎么申请？", "材料呢？", "什么时候截止？"):
        for reply in say(cluster, text, session=session)["replies"]:
            assert (reply["matter"], reply["region"]) == ("job_retention_refund", "huludao"), text
    for log, count in before.items():
        assert len(set(cluster.served(log)[count:])) == 2, f"{log}: one of the two answered everything"


def test_a_long_conversation_passes_between_rasa_and_the_actions(cluster: ClusterUnderTest) -> None:
    """Rasa tells the actions its whole course, each turn: longer than anything that the public may send."""
    actions = httpx.URL(cluster.url).copy_with(port=int(cluster.environment["KOUJING_CLUSTER_PORTS"]) + 3)
    course = {"version": "3.6.21", "tracker": {"events": ["x" * 1000] * 3000}}
    assert httpx.post(actions.join("/webhook"), json=course, timeout=30, trust_env=False).status_code == 200
    assert cluster.http.post("/api/v1/ask", json=course).json()["error"]["code"] == "body_too_large"


def test_only_nginx_is_reachable_and_keeps_to_itself_what_is_not_public(cluster: ClusterUnderTest) -> None:
    for path in ("/metrics", "/health/ready", "/health/live"):
        assert cluster.http.get(path).status_code == 404, path
    assert cluster.http.get("/health").status_code == 200
    port = int(cluster.url.rsplit(":", 1)[1])
    ours = [(host, at) for host, at in _listening() if port - 100 < at <= port]
    assert len({at for _, at in ours}) == 2 + 3 + 6, "PostgreSQL, Redis, nginx three times, six of our own"
    assert {host for host, _ in ours} == {"127.0.0.1"}


def _listening() -> Iterator[tuple[str, int]]:
    """Every TCP address of this machine that somebody listens on."""
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            address, port = local.split(":")
            if state == "0A":
                words = [bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8)]
                yield socket.inet_ntop(family, b"".join(words)), int(port, 16)


def test_what_visitors_claim_about_their_address_counts_for_nothing(cluster: ClusterUnderTest) -> None:
    """The desk sees the address that nginx was asked from, whatever is claimed: its limit of looking things up is used up
    under a hundred claimed addresses, and holds for that address alone."""
    paths, codes = "/api/v1/catalogue", []
    with visitor(cluster, "127.0.0.2") as one, visitor(cluster, "127.0.0.3") as other:
        for number in range(130):
            answer = one.get(paths, headers={"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": "198.51.100.1"})
            codes.append(answer.status_code)
        assert set(codes[:100]) == {200}, "nginx itself lets this through"
        assert codes[-1] == 429
        assert answer.json()["error"]["code"] == "too_many_requests"
        assert answer.headers["X-Request-Id"], "the desk says so, not nginx"
        assert other.get(paths, headers={"X-Forwarded-For": "127.0.0.2"}).status_code == 200


def test_events_come_as_they_happen(cluster: ClusterUnderTest) -> None:
    """The stream of one desk is open through nginx while the message goes to any: nothing of it is held back."""
    page = {"Origin": cluster.url}
    with visitor(cluster, "127.0.0.4") as http:
        opened = http.post("/api/v1/web/session", json={"site": "demo"}, headers=page)
        assert opened.status_code == 201, opened.text
        page |= {"Authorization": f"Bearer {opened.json()['token']}"}
        accept = {"Accept": "text/event-stream"}
        with http.stream("GET", "/api/v1/web/events", params={"after": 0}, headers=page | accept) as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("retry:"), "before anything has happened"
            said = http.post(
                "/api/v1/web/messages", json={"text": LAW_FIRM, "message_id": str(uuid.uuid4())}, headers=page
            )
            assert said.status_code == 202, said.text
            types = (line.removeprefix("event:").strip() for line in lines if line.startswith("event:"))
            assert "reply" in types, "the stream is open still: it came at once or not at all"


def visitor(cluster: ClusterUnderTest, address: str) -> httpx.Client:
    """Somebody with another address of this machine."""
    transport = httpx.HTTPTransport(local_address=address)
    return httpx.Client(base_url=cluster.url, transport=transport, timeout=30, trust_env=False)


@contextmanager
def crowd(cluster: ClusterUnderTest) -> Iterator[list[str | None]]:
    """Two who ask all the while; what was wrong with each answer, None if nothing."""
    found: list[str | None] = []
    stop = threading.Event()

    def ask_on(name: str) -> None:
        with httpx.Client(base_url=cluster.url, headers=cluster.http.headers, timeout=30, trust_env=False) as http:
            while not stop.is_set():
                body = {"text": LAW_FIRM, "region": "huludao", "session": f"crowd-{name}"}
                try:
                    answer = http.post("/api/v1/ask", json=body)
                    well = answer.status_code == 200 and answer.json()["replies"][0]["status"] == "determined"
                    found.append(None if well else answer.text)
                except httpx.HTTPError as error:
                    found.append(repr(error))
                stop.wait(0.3)

    people = [threading.Thread(target=ask_on, args=(uuid.uuid4().hex,)) for _ in range(2)]
    for one in people:
        one.start()
    try:
        cluster.until(lambda: len(found) >= 4)
        yield found
    finally:
        stop.set()
        for one in people:
            one.join()


def test_a_killed_rasa_comes_back_and_nobody_notices(cluster: ClusterUnderTest) -> None:
    victim = cluster.processes()["rasa-1"]
    with crowd(cluster) as answers:
        os.kill(victim["pid"], signal.SIGKILL)
        before = len(answers)
        cluster.until(lambda: "rasa-1 已恢复" in cluster.said, 600)
        back = len(answers)
        cluster.until(lambda: len(answers) >= back + 4)
    assert [wrong for wrong in answers if wrong] == [], f"of {len(answers)}"
    assert back - before >= 4, "they asked while it was away"
    again = cluster.processes()["rasa-1"]
    assert again["pid"] != victim["pid"]
    assert (again["restarts"], again["release"]) == (1, victim["release"])


def test_a_bad_policy_file_is_refused_and_nothing_changes(cluster: ClusterUnderTest) -> None:
    before = cluster.processes()
    broken = cluster.folder / "policies" / "huludao" / "job_retention_refund.yml"
    good = broken.read_text(encoding="utf-8")
    broken.write_text(good.replace("parameters:", "parametres:", 1), encoding="utf-8")
    try:
        refused = cluster.command("cluster", "update")
    finally:
        broken.write_text(good, encoding="utf-8")
    assert refused.returncode == 2
    assert "koujing check" in refused.stderr
    assert "job_retention_refund.yml:" in refused.stderr, "file and line"
    assert cluster.processes() == before


def test_processes_are_replaced_one_by_one_and_no_request_is_lost(cluster: ClusterUnderTest) -> None:
    """The desks, whose connections everybody's requests come over; `update` does the same with every kind."""
    before = cluster.processes()
    with crowd(cluster) as answers:
        done = cluster.command("cluster", "restart", "desk")
        after = len(answers)
        cluster.until(lambda: len(answers) >= after + 4)
    assert done.returncode == 0, done.stderr
    assert [wrong for wrong in answers if wrong] == [], f"of {len(answers)}"
    now = cluster.processes()
    changed = {name for name in now if now[name]["pid"] != before[name]["pid"]}
    assert changed == {"desk-1", "desk-2"}
    assert all(now[name]["port"] != before[name]["port"] and not now[name]["restarts"] for name in changed)
    assert {one["release"] for one in now.values()} == {one["release"] for one in before.values()}


def test_operators_see_every_process(cluster: ClusterUnderTest) -> None:
    told = cluster.command("cluster", "status")
    assert told.returncode == 0, told.stderr
    for name, one in cluster.processes().items():
        assert re.search(rf"  {name}\S*　进程 {one['pid']}\b", told.stdout), told.stdout


def test_a_backup_is_put_back_and_receipts_replay_word_for_word(cluster: ClusterUnderTest, tmp_path: Path) -> None:
    """The last of them: it stops the cluster."""
    (reply,) = say(cluster, "稳岗返还什么时候截止", region="huludao")["replies"]
    shown = cluster.http.get(f"/api/v1/receipts/{reply['receipt']}").json()
    own = cluster.settings()
    file = tmp_path / "all.koujing"
    made = cluster.command("backup", str(file), **own)
    assert made.returncode == 0, made.stderr
    assert "postgresql" in made.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    running = cluster.command("restore", str(file), **own)
    assert running.returncode == 2
    assert "请先停掉" in running.stderr
    later = say(cluster, "稳岗返还什么时候截止", region="huludao")["replies"][0]["receipt"]
    cluster.stop()
    with cluster.database_alone():
        refused = cluster.command("restore", str(file), **own)
        assert refused.returncode == 2
        assert "--force" in refused.stderr
        restored = cluster.command("restore", str(file), "--force", **own)
        assert restored.returncode == 0, restored.stderr
        store = Store(open_database(own["KOUJING_DATABASE"]), Clock())
        try:
            assert store.receipt(reply["receipt"]) == shown
            assert store.receipt(later) is None, "it was given after the backup"
        finally:
            store.close()
