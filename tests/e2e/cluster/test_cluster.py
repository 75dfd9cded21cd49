"""The cluster as operators start it: real PostgreSQL, Redis and nginx, two desks, two Rasa, two action servers."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

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
    answer.raise_for_status()
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
            assert (reply["matter"], reply["region"]["id"] if reply["region"] else None) == (
                "job_retention_refund",
                "huludao",
            ), text
    for log, count in before.items():
        assert len(set(cluster.served(log)[count:])) == 2, f"{log}: one of the two answered everything"


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
    """Each claims another address; they share one all the same, and its limit of looking things up."""
    codes = [
        cluster.http.get("/api/v1/catalogue", headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
        for number in range(250)
    ]
    assert 429 in codes


def test_a_killed_rasa_comes_back_and_nobody_notices(cluster: ClusterUnderTest) -> None:
    victim = cluster.processes()["rasa-1"]
    os.kill(victim["pid"], signal.SIGKILL)
    for number in range(6):
        assert say(cluster, LAW_FIRM, region="huludao", message_id=f"while-dead-{number}")["replies"][0]["receipt"]
    cluster.until(lambda: "rasa-1 已恢复" in cluster.said)
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


def test_an_update_loses_no_request(cluster: ClusterUnderTest) -> None:
    before = cluster.processes()
    wechat = cluster.folder / "wechat.yml"
    wechat.write_text((Path("wechat.yml")).read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    asked, wrong, stop = [0], [], threading.Event()

    def ask_on(name: str) -> None:
        with httpx.Client(base_url=cluster.url, headers=cluster.http.headers, timeout=30, trust_env=False) as http:
            while not stop.is_set():
                asked[0] += 1
                body = {"text": LAW_FIRM, "region": "huludao", "session": f"during-{name}"}
                try:
                    answer = http.post("/api/v1/ask", json=body)
                    if answer.status_code != 200 or answer.json()["replies"][0]["status"] != "determined":
                        wrong.append(answer.text)
                except httpx.HTTPError as error:
                    wrong.append(repr(error))
                stop.wait(0.3)

    crowd = [threading.Thread(target=ask_on, args=(str(number),)) for number in range(2)]
    for one in crowd:
        one.start()
    try:
        done = cluster.command("cluster", "update", KOUJING_WECHAT=str(wechat))
    finally:
        stop.set()
        for one in crowd:
            one.join()
    assert done.returncode == 0, done.stderr
    assert wrong == [], f"{len(wrong)} of {asked[0]}"
    assert asked[0] > 20
    after = cluster.processes()
    for name in ("actions-1", "actions-2", "rasa-1", "rasa-2", "desk-1", "desk-2"):
        assert after[name]["release"] == after[name]["current"] != before[name]["release"]
        assert after[name]["pid"] != before[name]["pid"]


def test_a_backup_is_put_back_and_receipts_replay_word_for_word(cluster: ClusterUnderTest, tmp_path: Path) -> None:
    """The last of them: it stops the cluster and starts it again."""
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
    cluster.start()
    assert cluster.http.get(f"/api/v1/receipts/{reply['receipt']}").json() == shown
    assert cluster.http.get(f"/api/v1/receipts/{later}").status_code == 404, "it was given after the backup"
