"""The three services as a user that may do nothing, on a file system that cannot be written but for two folders: as in production.

Each service has a mount namespace of its own, as systemd's ProtectSystem=strict makes one. Needs root to set that up, and drops it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from koujing.process import Child, quiet_environment
from koujing.settings import DEMO_DATE, ROOT, Settings
from koujing.supervisor import services
from tests.e2e.running import _free_ports

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="sets up a mount namespace"),
]

NOBODY = pwd.getpwnam("nobody")
SECRETS = {
    "KOUJING_SECRET": "websecret-" * 4,
    "KOUJING_API_KEYS": "apikey-0123456789abcdef",
    "KOUJING_WECHAT_TOKEN": "wechattoken01234",
    "KOUJING_WECHAT_AES_KEYS": "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR",
    "KOUJING_WECHAT_SECRET": "wechatsecret0123456789",
}
# $1: what may be written; $2: the interpreter's folder, which may lie in $3, a home that nobody else can enter. Only it is shown there.
_CONFINED = """
set -e
mount --make-rprivate /
case "$2" in "$3"/*)
  mkdir "$1/tmp/python" && mount --bind "$2" "$1/tmp/python"
  mount -t tmpfs -o mode=755 none "$3" && mkdir -p "$2" && mount --move "$1/tmp/python" "$2" && rmdir "$1/tmp/python";;
esac
mount --bind "$1" "$1"
mount -o remount,bind,ro /
shift 3
! setpriv --reuid=nobody --regid=nogroup --clear-groups sh -c ': > /var/tmp/koujing-may-not' 2>/dev/null
exec setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""


@dataclass
class Stack:
    """What runs, and where it may write."""

    home: Path
    marker: Path
    settings: Settings
    children: list[Child]
    given: Path

    @property
    def data(self) -> Path:
        return self.settings.data


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    home = Path(tempfile.mkdtemp(dir="/var/tmp"))
    logs, given = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp(dir="/var/tmp"))
    children: list[Child] = []
    try:
        (home / "data").mkdir(mode=0o700)
        (home / "tmp").mkdir(mode=0o700)
        for path in (home, home / "data", home / "tmp", given):
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
        marker = logs / "marker"
        marker.touch()
        desk, rasa, actions = _free_ports(3)
        ports = {"KOUJING_DESK_PORT": str(desk), "KOUJING_RASA_PORT": str(rasa), "KOUJING_ACTIONS_PORT": str(actions)}
        plain = {
            **ports,
            "KOUJING_DATA": str(home / "data"),
            "KOUJING_TODAY": DEMO_DATE.isoformat(),
            "KOUJING_WECHAT_APPID": "wx0123456789abcdef",
        }
        settings = Settings.from_env({**plain, **SECRETS})
        secret = {f"{name}_FILE": _file(given / name, value) for name, value in SECRETS.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KOUJING_")}
        around = {
            **quiet_environment(kept),
            "HOME": str(home / "tmp"),
            "TMPDIR": str(home / "tmp"),
        }
        for service in services(settings):
            own = {**plain, **secret} if service.name == "desk" else settings.told(service.name).environment()
            env = {**around, **own}
            shell = [
                "unshare",
                "--mount",
                "sh",
                "-c",
                _CONFINED,
                "sh",
                str(home),
                sys.base_prefix,
                str(Path.home()),
            ]
            command = [*shell, sys.executable, "-m", service.module]
            children.append(Child(service.name, command, env, ROOT, logs / f"{service.name}.log"))
        _wait(settings, children)
        yield Stack(home, marker, settings, children, given)
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop(10)
        for folder in (home, logs, given):
            shutil.rmtree(folder)


def test_it_answers_and_writes_nothing_but_data(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {SECRETS['KOUJING_API_KEYS']}"}
    body = {"text": "公司28个人，去年裁了3个，能领稳岗返还吗", "region": "huludao"}
    response = httpx.post(
        f"{stack.settings.desk_url}/api/v1/ask", json=body, headers=headers, timeout=60, trust_env=False
    )
    assert response.status_code == 200, response.text
    assert response.json()["replies"][0]["status"] in ("answered", "determined", "clarifying")
    for child in stack.children:
        status = Path(f"/proc/{child.pid}/status").read_text()
        assert f"Uid:\t{NOBODY.pw_uid}\t" in status, child.name
        assert "CapEff:\t0000000000000000" in status
        assert "NoNewPrivs:\t1" in status
        mounts = [line.split() for line in Path(f"/proc/{child.pid}/mountinfo").read_text().splitlines()]
        assert all("ro" in options.split(",") for _, _, _, _, at, options, *_ in mounts if at == "/"), child.name
    # What is mounted beside the root, and the tree of the project without its environment.
    places = ["/dev/shm", "/run", "/tmp", "/var/tmp", str(ROOT)]
    wanted = ["-xdev", "-name", ".venv", "-prune", "-o", "-user", "nobody", "-newer", str(stack.marker), "-print"]
    found = subprocess.run(["find", *places, *wanted], capture_output=True, text=True, check=False).stdout.split()
    assert any(path.startswith(str(stack.data)) for path in found), "nothing was looked at"
    assert [path for path in found if not path.startswith((str(stack.home), str(stack.given)))] == []


def test_what_it_writes_nobody_else_can_read(stack: Stack) -> None:
    found = list(stack.data.rglob("*"))
    assert any(path.name == "koujing.db" for path in found)
    open_ones = {str(path): oct(path.stat().st_mode) for path in found if path.stat().st_mode & 0o077}
    assert open_ones == {}


def test_no_secret_is_in_logs_arguments_or_what_it_tells(stack: Stack) -> None:
    url = stack.settings.desk_url
    paths = ("/", "/health", "/openapi.json", "/nowhere", "/console/sign-in", "/api/v1/ask")
    told_outside = [httpx.get(f"{url}{path}", timeout=60, trust_env=False).text for path in paths]
    httpx.post(f"{url}/wechat?signature=x&timestamp=1&nonce=1", content=b"<xml/>", timeout=60, trust_env=False)
    written = [child.log.read_text(encoding="utf-8", errors="replace") for child in stack.children]
    arguments = [Path(f"/proc/{child.pid}/cmdline").read_text() for child in stack.children]
    for name, value in SECRETS.items():
        for text in (*told_outside, *written, *arguments):
            assert value not in text, name
    inner = [Path(f"/proc/{child.pid}/environ").read_text() for child in stack.children if child.name != "desk"]
    assert len(inner) == 2
    for name, value in SECRETS.items():
        assert all(value not in text for text in inner), f"{name} is no business of Rasa's"


def test_rasa_and_the_actions_are_on_loopback_without_doors(stack: Stack) -> None:
    """What docs/dependencies.md rests on: no HTTP API of Rasa, no channel but `rest`, nothing bound elsewhere."""
    rasa, actions = stack.settings.rasa_port, stack.settings.actions_port
    listening = (
        subprocess.run(["ss", "-Hltn"], capture_output=True, text=True, check=False).stdout
        if shutil.which("ss")
        else _listening()
    )
    for port in (rasa, actions):
        bound = {line for line in listening.splitlines() if f":{port} " in f"{line} "}
        assert bound
        assert all("127.0.0.1:" in line for line in bound), bound
    base = stack.settings.rasa_url
    for method, path in (
        ("POST", "/model/parse"), ("PUT", "/model"), ("POST", "/model/train"), ("GET", "/domain"), ("GET", "/conversations/a/tracker"),
        ("POST", "/conversations/a/execute"), ("POST", "/auth"), ("POST", "/auth/refresh"), ("GET", "/auth/me"), ("GET", "/socket.io/"),
        ("POST", "/webhooks/callback/webhook"), ("POST", "/webhooks/telegram/webhook"), ("POST", "/webhooks/slack/webhook"),
        ("POST", "/webhooks/facebook/webhook"), ("POST", "/webhooks/twilio/webhook"), ("GET", "/webhooks/socketio/"), ("GET", "/../etc/passwd"),
    ):  # fmt: skip
        response = httpx.request(method, f"{base}{path}", timeout=30, trust_env=False)
        assert response.status_code == 404, (path, response.status_code)
        assert "Traceback" not in response.text


def _listening() -> str:
    """As `ss` tells it, of IPv4 and IPv6."""
    lines = []
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            if state == "0A":
                address, port = local.split(":")
                host = "127.0.0.1" if address == "0100007F" else address
                lines.append(f"LISTEN {host}:{int(port, 16)} ")
    return "\n".join(lines)


def _file(path: Path, value: str) -> str:
    path.write_text(value + "\n")
    path.chmod(0o400)
    os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
    return str(path)


def _wait(settings: Settings, children: list[Child]) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until:
        for child in children:
            assert child.exit_code is None, child.tail()
        try:
            if httpx.get(f"{settings.desk_url}/health", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise AssertionError("\n".join(child.tail() for child in children))
