"""How commands reach the cluster that runs: lines of JSON over a socket that only its owner can open."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from koujing.cluster.errors import ClusterError, NotRunningError

__all__ = ["ask", "listening"]

_NAME = "control.sock"
# A socket's path is short by nature.
_LONGEST = 100

Say = Callable[[str], None]
# Takes what is asked and how to tell the asker of progress; gives the answer.
Answer = Callable[[dict[str, Any], Say], Awaitable[dict[str, Any]]]


def _path(folder: Path) -> Path:
    path = folder / _NAME
    if len(str(path).encode()) > _LONGEST:
        raise ClusterError(f"路径太长，放不下控制用的套接字：{path}。请用 KOUJING_DATA 换一个短些的文件夹。")
    return path


@asynccontextmanager
async def listening(folder: Path, answer: Answer) -> AsyncIterator[None]:
    """Answer commands while the block runs."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def tell(**said: Any) -> None:
            if not writer.is_closing():
                writer.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")

        try:
            asked = json.loads(await reader.readline())
            tell(done=await answer(asked, lambda text: tell(say=text)))
        except ClusterError as error:
            tell(error=str(error))
        except ValueError:
            tell(error="看不懂这个命令。")
        finally:
            # Who asked may be gone; what was begun has been ended all the same.
            try:
                await writer.drain()
                writer.close()
                await writer.wait_closed()
            except ConnectionError:
                pass

    path = _path(folder)
    path.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(serve, path)
    path.chmod(0o600)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
        path.unlink(missing_ok=True)


def ask(data: Path, command: dict[str, Any], say: Say) -> dict[str, Any]:
    """What the cluster on this data folder answers; blocks until it is done.

    Raises:
        NotRunningError: there is none.
        ClusterError: it refuses, and why.
    """
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(_path(data / "cluster")))
            connection.sendall(json.dumps(command).encode() + b"\n")
            for line in _lines(connection):
                if "say" in line:
                    say(line["say"])
                elif "error" in line:
                    raise ClusterError(line["error"])
                else:
                    done: dict[str, Any] = line["done"]
                    return done
    except (FileNotFoundError, ConnectionError) as error:
        raise NotRunningError(data) from error
    raise ClusterError("集群在答复之前停止了。")


def _lines(connection: socket.socket) -> Iterator[dict[str, Any]]:
    with connection.makefile("r", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
