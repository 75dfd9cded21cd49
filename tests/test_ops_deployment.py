"""The files of ops/, checked by the programs that read them, as far as these run here."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from koujing.settings import ROOT, SECRETS, VARIABLES

OPS = ROOT / "ops"
FILES = {f"{name}_FILE" for name in SECRETS}


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((OPS / "compose.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with a program that exists here in place of the installed one."""
    for path in (OPS / "systemd").iterdir():
        text = path.read_text(encoding="utf-8")
        assert path.suffix != ".service" or re.search(r"^ExecStart=/", text, flags=re.MULTILINE)
        replaced = re.sub(r"/opt/koujing/\.venv/bin/\w+", "/bin/true", text)
        (tmp_path / path.name).write_text(replaced, encoding="utf-8")
    return tmp_path


def verified(units: Path) -> str:
    program = shutil.which("systemd-analyze")
    assert program, "systemd-analyze is missing: apt-get install systemd"
    names = sorted(str(path) for path in units.iterdir())
    done = subprocess.run([program, "verify", "--man=no", *names], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr + (f"ended with {done.returncode}" if done.returncode else "")


def test_systemd_takes_every_unit_without_a_word(units: Path) -> None:
    assert verified(units) == ""


def test_systemd_would_tell_of_a_mistake(units: Path) -> None:
    unit = units / "koujing-desk@.service"
    unit.write_text(unit.read_text(encoding="utf-8").replace("MemoryMax=", "MemoryMost="), encoding="utf-8")
    assert "MemoryMost" in verified(units)


@pytest.mark.parametrize("path", sorted((OPS / "systemd").glob("*.service")), ids=lambda path: path.name)
def test_every_service_is_hardened_and_runs_as_nobody_of_importance(path: Path) -> None:
    lines = set(path.read_text(encoding="utf-8").splitlines())
    must = {"User=koujing", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "CapabilityBoundingSet="}
    assert must <= lines
    assert any(line.startswith("MemoryMax=") for line in lines)
    assert "Restart=always" in lines or "Type=oneshot" in lines
    assert any("KOUJING_DEMO=off" in line for line in lines)


def test_nginx_takes_the_public_site(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    assert nginx, "nginx is missing: apt-get install nginx"
    shutil.copytree(OPS / "nginx/koujing", tmp_path / "koujing")
    _certificate(tmp_path)
    for profile in ("upstreams.conf", "upstreams.compose.conf"):
        inner = (OPS / "nginx" / profile).read_text(encoding="utf-8")
        # `nginx -t` binds what it would listen on; the container's address is not of this machine.
        (tmp_path / "koujing/upstreams.conf").write_text(inner.replace("listen 172.30.77.2:", "listen 127.0.0.1:"))
        site = (OPS / "nginx/site.conf").read_text(encoding="utf-8")
        for was, now in (("/etc/nginx/tls", str(tmp_path)), ("/var/log/nginx", str(tmp_path))):
            site = site.replace(was, now)
        site = re.sub(r"listen (\[::\]:)?(80|443)\b", lambda at: f"listen {at[1] or ''}{int(at[2]) + 20_000}", site)
        (tmp_path / "site.conf").write_text(site)
        (tmp_path / "nginx.conf").write_text("pid pid;\nevents {}\nhttp {\n    include site.conf;\n}\n")
        command = [nginx, "-t", "-q", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), profile


def test_a_post_that_a_desk_may_have_read_is_never_sent_twice() -> None:
    text = (OPS / "nginx/koujing/desk.conf").read_text(encoding="utf-8")
    locations = re.findall(r"location ([^{]+) \{(.*?)\n\}", text, flags=re.DOTALL)
    repeating = [name for name, body in locations if "non_idempotent" in body]
    assert repeating == ["= /wechat"]
    assert "non_idempotent" not in re.sub(r"location [^{]+ \{.*?\n\}", "", text, flags=re.DOTALL)


def test_compose_lets_nobody_but_nginx_out_and_makes_each_program_small() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert compose()["networks"]["inner"]["internal"] is True
    for name, service in services.items():
        assert "mem_limit" in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        if name[:-1] in {"desk", "rasa", "actions"}:
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]
            assert service["healthcheck"]["test"]


def test_compose_and_units_name_settings_that_exist() -> None:
    texts = [
        path.read_text(encoding="utf-8") for path in [OPS / "compose.yml", OPS / "Dockerfile", *OPS.glob("systemd/*")]
    ]
    named = {name for text in texts for name in re.findall(r"\bKOUJING_[A-Z_]+(?==|:(?! ?\?))", text)}
    assert named <= {*VARIABLES, *FILES, "KOUJING_VERSION"}


def test_the_addresses_of_compose_are_those_that_its_nginx_asks() -> None:
    asked = set(re.findall(r"server ([\d.]+:\d+)", (OPS / "nginx/upstreams.compose.conf").read_text(encoding="utf-8")))
    ports = {"desk": 8000, "rasa": 5005, "actions": 5055}
    services = {name: service for name, service in compose()["services"].items() if name[:-1] in ports}
    has = {f"{service['networks']['inner']['ipv4_address']}:{ports[name[:-1]]}" for name, service in services.items()}
    assert asked == has


def _certificate(folder: Path) -> None:
    """One for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kj.example.gov.cn")])
    now = dt.datetime.now(dt.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(hours=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "koujing.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8
    (folder / "koujing.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
    )
