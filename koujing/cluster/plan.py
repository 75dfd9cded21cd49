"""Which processes a cluster has, and where each listens."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from koujing.cluster.errors import ClusterError
from koujing.settings import Settings

__all__ = ["KINDS", "LOOPBACK", "Member", "Plan", "ports_in_use"]

LOOPBACK = "127.0.0.1"
# In the order of who needs whom: the order of starting and of updating.
KINDS = ("actions", "rasa", "desk")
_MODULES = {"actions": "koujing.rasa.action_server", "rasa": "koujing.rasa.server", "desk": "koujing.desk"}
_HEALTH = {"actions": "/ready", "rasa": "/ready", "desk": "/health"}
_ALIVE = {"actions": "/health", "rasa": "/", "desk": "/health/live"}
# Each member has two ports, so that its successor can start beside it.
_FIRST = {"desk": 10, "rasa": 30, "actions": 50}
_UNUSED = {"desk": 90, "rasa": 91, "actions": 92}


@dataclass(frozen=True)
class Member:
    """One of our processes: which of its kind, on which of its two ports, of which release (its folder)."""

    kind: str
    number: int
    port: int
    release: Path

    @property
    def name(self) -> str:
        """`rasa-1`: as the log file is called."""
        return f"{self.kind}-{self.number}"

    @property
    def module(self) -> str:
        """What `python -m` runs."""
        return _MODULES[self.kind]

    @property
    def health(self) -> str:
        """The address that answers 200 when it is well."""
        return f"http://{LOOPBACK}:{self.port}{_HEALTH[self.kind]}"

    @property
    def alive(self) -> str:
        """The address that answers as long as the process does anything, whatever others do."""
        return f"http://{LOOPBACK}:{self.port}{_ALIVE[self.kind]}"


@dataclass(frozen=True)
class Plan:
    """The ports of a cluster, from its settings."""

    settings: Settings

    @property
    def database_port(self) -> int:
        """PostgreSQL's."""
        return self.settings.cluster_ports

    @property
    def redis_port(self) -> int:
        """Redis's."""
        return self.settings.cluster_ports + 1

    @property
    def rasa_port(self) -> int:
        """Where nginx stands before all Rasa servers."""
        return self.settings.cluster_ports + 2

    @property
    def actions_port(self) -> int:
        """Where nginx stands before all action servers."""
        return self.settings.cluster_ports + 3

    def members(self, release: Path) -> Iterator[Member]:
        """All of them, in the order of starting, each on the first of its ports."""
        for kind in KINDS:
            for number in range(1, self.settings.cluster_size + 1):
                yield Member(kind, number, self._port(kind, number), release)

    def successor(self, member: Member, release: Path) -> Member:
        """The same member of another release, on the other of its ports."""
        first = self._port(member.kind, member.number)
        return dataclasses.replace(member, port=2 * first + 1 - member.port, release=release)

    def environment(self, member: Member) -> Mapping[str, str]:
        """The settings of one member: its release's files, the others behind nginx, never the demo where nginx is public."""
        base, release = self.settings.cluster_ports, member.release
        ports = {kind: base + unused for kind, unused in _UNUSED.items()} | {member.kind: member.port}
        whole = dataclasses.replace(
            self.settings,
            host=LOOPBACK,
            desk_port=ports["desk"],
            rasa_port=ports["rasa"],
            actions_port=ports["actions"],
            rasa_host=LOOPBACK,
            actions_host=LOOPBACK,
            rasa_url=f"http://{LOOPBACK}:{self.rasa_port}",
            actions_url=f"http://{LOOPBACK}:{self.actions_port}",
            demo="auto" if self.settings.loopback else "off",
            # Whatever stands before nginx is nginx's to know; and it sends nobody any more to one that is told to stop.
            trusted_proxies=frozenset({LOOPBACK}),
            drain_seconds=0,
            policies=release / "policies",
            model=release / "models" / "koujing.tar.gz",
            sites=release / "sites.yml",
            wechat=release / "wechat.yml",
            retention=release / "config" / "retention.yml",
        )
        return whole.told(member.kind).environment()

    def all_ports(self, *, database: bool, redis: bool) -> dict[tuple[str, int], str]:
        """Every address that must be free at the start, and the variable that moves it."""
        inner = [self.rasa_port, self.actions_port, *([self.database_port] if database else [])]
        inner += [self.redis_port] if redis else []
        inner += [member.port for member in self.members(Path())]
        found = {(LOOPBACK, port): "KOUJING_CLUSTER_PORTS" for port in inner}
        return {**found, (self.settings.host, self.settings.desk_port): "KOUJING_DESK_PORT"}

    def _port(self, kind: str, number: int) -> int:
        return self.settings.cluster_ports + _FIRST[kind] + 2 * (number - 1)


def ports_in_use(wanted: Mapping[tuple[str, int], str]) -> None:
    """Make sure that every port is free.

    Raises:
        ClusterError: some are not; all are named at once, with the variables that move them.
    """
    busy = [(f"{host}:{port}", variable) for (host, port), variable in wanted.items() if not _free(host, port)]
    if busy:
        places, variables = "、".join(place for place, _ in busy), "、".join(sorted({name for _, name in busy}))
        raise ClusterError(
            f"端口已被占用：{places}。请关闭占用它的程序（可能集群已在运行：koujing cluster status），或用环境变量 {variables} 换端口。"
        )


def _free(host: str, port: int) -> bool:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
    return True
