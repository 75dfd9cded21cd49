"""`python -m tests.fuzz`: all of it, at least 100,000 inputs. Prints what runs, from which seed, how many; ends with 1 on a finding.

What failed is written to `var/fuzz/`, and how to run it again is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from koujing.process import quiet_environment
from koujing.settings import ROOT
from tests.fuzz.desks import fuzzed_desk
from tests.fuzz.requests import flaws, send
from tests.fuzz.targets import TARGETS

# Inputs of each kind in a whole run; together more than the promise.
GUIDED = {
    "numbers": 25_000, "reading": 1_500, "dialogue": 20_000, "shown": 12_000, "callbacks": 14_000, "tokens": 20_000,
    "values": 14_000, "sheets": 1_500, "pages": 2_500,
}  # fmt: skip
REQUESTS, DESCRIBED, READ = 8_000, 60, 600
PROMISED = 100_000
_MOST_FINDINGS = 20


def main() -> int:
    """Run the kinds that are asked for."""
    asked = argparse.ArgumentParser(
        description="模糊测试：全部输入面。发现问题时以 1 结束，重现用的输入写在 --folder。"
    )
    asked.add_argument("--seed", type=int, default=int(time.time()), help="随机种子；同样的种子产生同样的输入")
    asked.add_argument("--scale", type=float, default=1.0, help="数量的倍数；1 是全部（不少于 10 万个输入）")
    asked.add_argument("--only", nargs="*", default=[*TARGETS, "requests", "described", "reader"], help="只跑这些")
    asked.add_argument("--folder", type=Path, default=ROOT / "var" / "fuzz", help="重现用的输入写在哪里")
    asked.add_argument("--jobs", type=int, default=2, help="同时跑几种")
    given = asked.parse_args()
    os.environ.update(quiet_environment({}))
    given.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    findings: list[str] = []

    def run(name: str) -> None:
        began = time.monotonic()
        if name in TARGETS:
            count, found = guided(name, max(1, int(GUIDED[name] * given.scale)), given.seed, given.folder)
        else:
            count, found = OTHERS[name](given.scale, given.seed, given.folder)
        counts[name] = count
        findings.extend(found)
        lines = [
            f"{name:<10} 种子 {given.seed}  输入 {count:>7,}  问题 {len(found)}  {time.monotonic() - began:.0f} 秒"
        ]
        say("\n".join([*lines, *(f"  {one}" for one in found)]))

    # The longest first; what is guided runs in processes of its own.
    with ThreadPoolExecutor(given.jobs) as pool:
        list(pool.map(run, sorted(given.only, key=lambda name: name in TARGETS)))
    total = sum(counts.values())
    say(f"合计 {total:,} 个输入，{len(findings)} 个问题。" + (f"重现用的输入在 {given.folder}。" if findings else ""))
    whole = given.scale >= 1 and {*given.only} == {*TARGETS, *OTHERS}
    if whole and total < PROMISED:
        say(f"不足 {PROMISED:,} 个输入。")
        return 1
    return 1 if findings else 0


def guided(name: str, runs: int, seed: int, folder: Path) -> tuple[int, list[str]]:
    """A parser, by what it covers."""
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(folder), f"-runs={runs}", f"-seed={seed % 2**31}"]
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "TMPDIR": home}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, errors="replace", check=False)
    told = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    count = int(told[1]) if told else 0
    if done.returncode == 0 and count:
        return count, []
    (folder / f"{name}.log").write_text(done.stdout[-20_000:] + done.stderr[-20_000:], encoding="utf-8")
    last = [line for line in (done.stdout + done.stderr).splitlines() if "Error" in line or "ERROR" in line][:3]
    return count, [f"{name}: {' / '.join(last) or done.returncode}（{folder / f'{name}.log'}）"]


def requests(scale: float, seed: int, folder: Path) -> tuple[int, list[str]]:
    """Raw requests at every route."""
    return asyncio.run(_requests(max(1, int(REQUESTS * scale)), seed, folder))


async def _requests(count: int, seed: int, folder: Path) -> tuple[int, list[str]]:
    found: dict[str, str] = {}
    statuses: dict[int, int] = {}
    with tempfile.TemporaryDirectory() as data:
        async with fuzzed_desk(Path(data), seed) as making:
            for number in range(count):
                request = making.next()
                try:
                    status, headers, body = await send(making.app, request)
                    statuses[status] = statuses.get(status, 0) + 1
                    wrong = flaws(request, status, headers, body)
                except Exception as error:
                    frame = traceback.extract_tb(error.__traceback__)[-1]
                    wrong = [f"{type(error).__name__}: {error!s:.100} ({Path(frame.filename).name}:{frame.lineno})"]
                for one in wrong:
                    place = f"{request.method} {request.path.decode('latin-1')[:60]}: {one}"
                    key = f"{one} {request.path.split(b'/')[1:3]}"
                    if key not in found and len(found) < _MOST_FINDINGS:
                        (folder / f"request-{seed}-{number}.json").write_text(
                            request.told(), encoding="utf-8", errors="surrogatepass"
                        )
                        found[key] = f"{place}（request-{seed}-{number}.json）"
    say(f"  状态：{'  '.join(f'{status}×{n}' for status, n in sorted(statuses.items()))}")
    return count, list(found.values())


def described(scale: float, _seed: int, folder: Path) -> tuple[int, list[str]]:
    """The API as its description says (schemathesis), by its own test."""
    examples, told = max(2, int(DESCRIBED * scale)), folder / "described.count"
    told.unlink(missing_ok=True)
    env = {**os.environ, "FUZZ_EXAMPLES": str(examples), "FUZZ_COUNT": str(told)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/desk/test_fuzz.py"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    count = len(told.read_bytes()) if told.exists() else 0
    if done.returncode == 0:
        return count, []
    (folder / "described.log").write_text(done.stdout[-50_000:], encoding="utf-8")
    return count, [
        f"described: {done.stdout.splitlines()[-1] if done.stdout else done.returncode}（{folder / 'described.log'}）"
    ]


def reader(scale: float, seed: int, folder: Path) -> tuple[int, list[str]]:
    """Random Chinese at the trained reader and the core: every text gets replies that fit the schema."""
    import random

    from jsonschema import Draft7Validator

    from koujing.contract import reply_schema
    from koujing.rasa.local import LocalSessions
    from tests.fuzz.made import text_of

    valid = Draft7Validator(reply_schema())
    chance, sessions, found = random.Random(seed), LocalSessions(), []
    count = max(1, int(READ * scale))
    for number in range(count):
        text = text_of(chance.randbytes(chance.choice((2, 6, 20, 60, 300))))
        try:
            replies = sessions.ask(str(number // 4), text, chance.choice([None, "huludao", "guangzhou"]), _on())
            assert replies, "no reply"
            for reply in replies:
                valid.validate(reply)
        except Exception as error:
            if len(found) < _MOST_FINDINGS:
                (folder / f"reader-{seed}-{number}.txt").write_text(text, encoding="utf-8")
                found.append(f"reader: {type(error).__name__}: {error!s:.120}（reader-{seed}-{number}.txt）")
    return count, found


def _on() -> object:
    from koujing.settings import DEMO_DATE

    return DEMO_DATE


def say(line: str) -> None:
    """At once, also into a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


OTHERS = {"requests": requests, "described": described, "reader": reader}

if __name__ == "__main__":
    sys.exit(main())
