"""Five hundred persons tell all about themselves on every channel; afterwards no file, log or Redis knows any of them."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis as redis_client

from koujing.desk.wechat.demo import DEMO
from koujing.wechat_sim.envelope import sign
from tests.e2e.running import Running
from tests.private.identities import Identity, identity
from tests.store.redis_server import RedisServer, redis_server

MANY = 100_000
PATIENCE = 180
PEOPLE = 500
# So many of them fit into a message of a thousand characters.
TOGETHER = 5
# Telephone numbers as names of a conversation, of a call and of messages.
CALL, MESSAGE = "13812345678", "1391234{:04}"
# What everybody says besides: it is kept, or nothing would be shown by nothing being found.
WITNESS = "丙申年间的见证语"
TOLD = (
    "我叫{0.name}，想问失业补助金。身份证是{0.identity}，电话{0.phone}，卡号{0.card}，邮箱：{0.mail}，我住在葫芦岛市连山区{0.street}。",
    "联系人：{0.name} 手机{0.phone}\n证件号码 {0.identity}，家住兴城市古城街道{0.street}，能办失业登记吗？打到{0.card}，发{0.mail}。",
)  # fmt: skip


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with redis_server(folder) as server:
        yield server


@pytest.fixture
def private(tmp_path: Path, redis: RedisServer) -> Iterator[Running]:
    limits = ("web_messages", "web_address", "web_reads", "wechat_messages")
    many = {f"{limit}_per_minute": MANY for limit in limits}
    running = Running(tmp_path / "data", redis=redis.url, wechat_mode="plain", **many)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def people() -> list[Identity]:
    """Names of three characters: two of them may well stand together in any Chinese text."""
    chance = random.Random(18)
    made = (identity(chance) for _ in iter(int, 1))
    found: list[Identity] = []
    while len(found) < PEOPLE:
        one = next(made)
        if len(one.name) == 3:
            found.append(one)
    return found


def messages(some: Sequence[Identity]) -> list[str]:
    told = [TOLD[n % len(TOLD)].format(one) for n, one in enumerate(some)]
    return [WITNESS + "\n".join(told[at : at + TOGETHER]) for at in range(0, len(told), TOGETHER)]


def over_the_api(stack: Running, texts: Iterable[str]) -> None:
    for n, text in enumerate(texts):
        body = {"text": text, "session": CALL, "message_id": f"call-{MESSAGE.format(n)}", "region": "huludao"}
        response = stack.http.post("/api/v1/ask", json=body)
        assert response.status_code == 200, response.text


def on_the_website(stack: Running, texts: Sequence[str], caller: Identity) -> None:
    headers = {"Origin": stack.url}
    with httpx.Client(base_url=f"{stack.url}/api/v1/web/", timeout=40, trust_env=False, headers=headers) as http:

        def told(path: str, **body: Any) -> Any:
            response = http.post(path, json=body)
            assert response.is_success, response.text
            return response.json()

        http.headers["Authorization"] = f"Bearer {told('session', site='demo')['token']}"
        sent = {told("messages", message_id=str(uuid.uuid4()), text=text)["message_id"] for text in texts}
        receipts: dict[str, str] = {}
        after, end = 0, time.monotonic() + PATIENCE
        while sent - set(receipts) and time.monotonic() < end:
            got = http.get("events", params={"after": after, "wait": 5}).json()
            after = got["cursor"]
            receipts.update({e["message_id"]: e["view"]["receipt"] for e in got["events"] if e["type"] == "reply"})
        assert set(receipts) == sent
        note = TOLD[0].format(caller)
        told("feedback", receipt=next(iter(receipts.values())), useful=False, reason="other", note=note)
        told("callbacks", phone=caller.phone, consent=True, note=note)


def to_the_official_account(stack: Running, texts: Iterable[str]) -> None:
    with httpx.Client(base_url=stack.url, timeout=40, trust_env=False) as http:
        for n, text in enumerate(texts):
            now, nonce = str(int(time.time())), f"nonce{n:05}"
            xml = (
                f"<xml><ToUserName>{DEMO.original_id}</ToUserName><FromUserName>follower{n % 4:022}</FromUserName>"
                f"<CreateTime>{now}</CreateTime><MsgType>text</MsgType><Content><![CDATA[{text}]]></Content>"
                f"<MsgId>{10_000_000 + n}</MsgId></xml>"
            )
            query = {"signature": sign(DEMO.token, now, nonce), "timestamp": now, "nonce": nonce}
            assert http.post("/wechat", params=query, content=xml.encode()).status_code == 200


def over_the_telephone(stack: Running, texts: Iterable[str]) -> None:
    said = [{"seq": n, "speaker": "caller", "text": text} for n, text in enumerate(texts, 1)]
    response = stack.http.post(f"/api/v1/calls/{CALL}/transcript", json={"sentences": said})
    assert response.status_code == 200, response.text


def in_the_console(stack: Running, texts: Sequence[str], caller: Identity) -> None:
    headers = {"Origin": stack.url, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    with httpx.Client(base_url=stack.url, timeout=40, trust_env=False, headers=headers) as http:
        assert http.post("/console/sign-in", data={"name": "demo", "password": "demo"}).status_code == 303
        form = {"key": uuid.uuid4().hex, "source": "manual", "kind": "question", "priority": "normal", "office": "auto"}
        named = {"title": f"{caller.name}的事，我叫{caller.name}，", "question": texts[0], "phone": caller.phone}
        opened = http.post("/console/tickets", data={**form, **named})
        assert opened.status_code == 303, opened.text
        ticket = opened.headers["location"].split("?")[0]
        for text in texts[1:]:
            noted = http.post(f"{ticket}/note", data={"key": uuid.uuid4().hex, "note": text})
            assert noted.status_code == 303, noted.text


def write_down(redis: RedisServer, file: Path) -> None:
    """Everything that Redis holds."""
    client = redis_client.Redis.from_url(redis.url)
    with file.open("wb") as written:
        for key in client.scan_iter():
            read = {
                b"string": client.get, b"hash": client.hgetall, b"set": client.smembers,
                b"list": lambda key: client.lrange(key, 0, -1), b"zset": lambda key: client.zrange(key, 0, -1),
                b"stream": client.xrange,
            }[client.type(key)]  # fmt: skip
            written.writelines(_pieces([key, read(key)]))
    client.close()


def _pieces(value: Any) -> Iterator[bytes]:
    """Bytes of Redis as they are, not as Python shows them."""
    if isinstance(value, dict):
        value = list(value.items())
    if isinstance(value, (list, tuple, set)):
        for each in value:
            yield from _pieces(each)
    else:
        yield (value if isinstance(value, bytes) else str(value).encode()) + b"\n"


def found(strings: Iterable[str], folder: Path) -> dict[str, set[str]]:
    """Which of these any file of the folder holds, as they are or as JSON escapes them; with the names of the files."""
    sought = {written: each for each in strings for written in (each, json.dumps(each)[1:-1])}
    done = subprocess.run(
        ["grep", "-raFo", "-f", "-", "."], input="\n".join(sought).encode(), cwd=folder, env={"LC_ALL": "C"},
        stdout=subprocess.PIPE, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1)
    hits: dict[str, set[str]] = {}
    for line in done.stdout.decode().splitlines():
        file, _, written = line.partition(":")
        hits.setdefault(sought[written], set()).add(file)
    return hits


def test_nobody_is_known_afterwards(private: Running, redis: RedisServer, tmp_path: Path) -> None:
    everybody = people()
    fifth = PEOPLE // 5
    parts = [messages(everybody[at : at + fifth]) for at in range(0, PEOPLE, fifth)]
    with ThreadPoolExecutor(5) as pool:
        doing = [
            pool.submit(over_the_api, private, parts[0]),
            pool.submit(on_the_website, private, parts[1], everybody[fifth]),
            pool.submit(to_the_official_account, private, parts[2]),
            pool.submit(over_the_telephone, private, parts[3]),
            pool.submit(in_the_console, private, parts[4], everybody[-1]),
        ]
        for each in doing:
            each.result()
    write_down(redis, tmp_path / "in-redis")
    # The journals as they are while everything runs, and what an orderly end leaves.
    shutil.copytree(tmp_path / "data", tmp_path / "running")
    private.stop()
    kept = found([WITNESS, "【身份证号】"], tmp_path)
    assert set(kept) == {WITNESS, "【身份证号】"}
    assert {"./running/koujing.db-wal", "./running/conversations.db-wal", "./data/koujing.db"} <= kept[WITNESS]
    assert (tmp_path / "in-redis").stat().st_size > 0
    secrets = {secret for one in everybody for secret in one.secrets().values()} | {CALL, MESSAGE.format(0)}
    assert len(secrets) > 5 * PEOPLE
    assert found(secrets, tmp_path) == {}
    # Nor by a bare digest, which a list of all numbers would undo.
    assert found([hashlib.sha256(one.phone.encode()).hexdigest() for one in everybody], tmp_path) == {}
