"""Errors of the cluster.

ClusterError                 shown as it is, like every ProgramError
├── MissingProgramsError     Debian packages are not installed
├── NotReadyError            a process did not become healthy in time
├── ReleaseError             a release cannot be made, or must not be used
├── UpdateError              an update was refused and undone
└── NotRunningError          no cluster runs on this data folder
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from koujing.errors import ProgramError

__all__ = [
    "ClusterError",
    "MissingProgramsError",
    "NotReadyError",
    "NotRunningError",
    "ReleaseError",
    "UpdateError",
]


class ClusterError(ProgramError):
    """Base of what can go wrong with a cluster."""


class MissingProgramsError(ClusterError):
    """Debian packages are not installed."""

    def __init__(self, programs: Iterable[str], packages: Iterable[str]) -> None:
        super().__init__(
            f"缺少程序：{'、'.join(programs)}。请执行：sudo apt-get install -y {' '.join(packages)}"
            "（装好后它们自带的系统服务可以停用，集群用自己的一份）。"
        )


class NotReadyError(ClusterError):
    """A process did not become healthy in time."""


class ReleaseError(ClusterError):
    """A release cannot be made, or must not be used."""


class UpdateError(ClusterError):
    """An update was refused; what ran before runs on."""


class NotRunningError(ClusterError):
    """No cluster runs on this data folder."""

    def __init__(self, data: Path) -> None:
        super().__init__(f"数据文件夹 {data} 上没有集群在运行。启动：make cluster（或 koujing cluster run）。")
