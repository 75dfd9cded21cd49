"""Errors of the knowledge.

KnowledgeError
└── PolicyFileError      a policy file that cannot be used: says file, line, what, why and how to mend
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["KnowledgeError", "PolicyFileError"]


class KnowledgeError(Exception):
    """Base of every error raised by `koujing.knowledge`."""


class PolicyFileError(KnowledgeError):
    """A policy file is wrong. The message reads `file:line: what; why; how to mend`."""

    def __init__(self, path: Path, line: int, what: str, why: str, how: str) -> None:
        self.path, self.line, self.what, self.why, self.how = path, line, what, why, how
        super().__init__(f"{path}:{line}: {what}；{why}；改法：{how}")
