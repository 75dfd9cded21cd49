"""What holds for the repository as a whole."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from koujing.settings import ROOT

LONGEST_MODULE = 300
# What Rasa takes for training data, in whatever YAML file under data/ it stands.
TRAINING_KEYS = re.compile(r"^\s*(rules|nlu|stories|responses):", re.MULTILINE)


def repository_files() -> list[Path]:
    """Files that are, or would be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> dict[str, str]:
    found = {}
    for path in repository_files():
        try:
            found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_no_file_names_a_package_host_or_a_path_of_a_developer() -> None:
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "deb.debian" + ".org"]
    paths = [r"/root/\.", r"/home/\w+/", r"/Users/\w+/", re.escape(str(ROOT)) + r"\b"]
    forbidden = re.compile("|".join([*map(re.escape, hosts), *paths]))
    found = {name: match.group() for name, text in texts().items() if (match := forbidden.search(text))}
    assert found == {}


def test_pins_have_hashes_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^(\S+==\S+)(.*)$", text, flags=re.MULTILINE)
        assert pins
        assert all(rest.endswith("\\") for _, rest in pins), "a pin without a hash"
        assert "://" not in text


def test_development_pins_do_not_differ_from_the_programs_own() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), flags=re.MULTILINE))

    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: runtime[name] for name in runtime.keys() & development.keys()} == {
        name: development[name] for name in runtime.keys() & development.keys()
    }


def test_the_readme_shows_every_command_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"run", "test", "help"} <= set(targets)
    assert [target for target in targets if f"make {target}" not in readme] == []


def test_policies_are_kept_apart_from_training_data() -> None:
    assert not list((ROOT / "data").rglob("provision*"))
    stray = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "data").rglob("*.yml")
        if not TRAINING_KEYS.search(path.read_text(encoding="utf-8"))
    ]
    assert stray == [], "YAML under data/ that is no training data"
    assert list((ROOT / "policies").rglob("*.yml"))


@pytest.mark.parametrize("folder", ["koujing", "actions"])
def test_modules_hold_one_concept(folder: str) -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def test_every_decision_has_the_same_parts() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ["Context", "Decision", "Consequences"], path.name
