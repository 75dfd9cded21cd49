"""Lines typed by a person, with history and completion, while messages may appear above at any time; or piped lines."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import HTML
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

__all__ = ["CommandCompleter", "piped", "typed"]


async def typed(commands: Iterable[str], toolbar: Callable[[], str]) -> AsyncIterator[str]:
    """Lines from a terminal until Ctrl-D or Ctrl-C. History is not written to disk: it would hold what people told."""
    session: PromptSession[str] = PromptSession(
        HTML("<b><ansigreen>› </ansigreen></b>"),
        completer=CommandCompleter(tuple(commands)),
        history=InMemoryHistory(),
        bottom_toolbar=toolbar,
        refresh_interval=0.5,
    )
    while True:
        # Whoever prints meanwhile prints above the line.
        with patch_stdout(raw=True):
            try:
                line = await session.prompt_async()
            except (EOFError, KeyboardInterrupt):
                return
        yield line


async def piped() -> AsyncIterator[str]:
    """Lines from a pipe."""
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        yield line.decode("utf-8", "replace")


class CommandCompleter(Completer):
    """Completes the commands at the beginning of a line."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002 - its signature there
        """The commands that begin like the line."""
        begun = document.text_before_cursor
        if begun.startswith("/"):
            yield from (Completion(f"/{name} ", -len(begun)) for name in self._names if f"/{name}".startswith(begun))
