"""Errors of the programs around the core.

ProgramError                 shown to the person at the terminal as it is, without a traceback
├── SettingsError            an environment variable has a value that cannot be used
├── TrainingError            the model could not be trained
├── PortBusyError            another program already listens where one of ours should
└── ServiceFailedError       one of the services did not start, or ended
"""

from __future__ import annotations

__all__ = ["PortBusyError", "ProgramError", "ServiceFailedError", "SettingsError", "TrainingError"]


class ProgramError(Exception):
    """Base of every error that ends a program; the message is Chinese and says how to mend."""


class SettingsError(ProgramError):
    """An environment variable has a value that cannot be used."""

    def __init__(self, variable: str, message: str) -> None:
        self.variable = variable
        super().__init__(f"环境变量 {variable}：{message}")


class TrainingError(ProgramError):
    """The model could not be trained."""


class PortBusyError(ProgramError):
    """Another program already listens where one of ours should."""

    def __init__(self, host: str, port: int, variable: str) -> None:
        self.host, self.port, self.variable = host, port, variable
        super().__init__(f"端口 {host}:{port} 已被占用。请关闭占用它的程序，或用环境变量 {variable} 换一个端口。")


class ServiceFailedError(ProgramError):
    """One of the services did not start, or ended."""
