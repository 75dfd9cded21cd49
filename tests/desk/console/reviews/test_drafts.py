"""Drafts of calibers stand in the policy files as the policies' own reader takes them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from koujing.desk.console.reviews.drafts import Draft, DraftError, draft_path, with_draft
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import ASPECTS, load_provision
from koujing.settings import ROOT

ON = dt.date(2026, 11, 20)
PROVISIONS = sorted(path for path in (ROOT / "policies").glob("*/*.yml") if path.parent.name != "notices")


def draft(path: Path, aspect: str, **given: str) -> Draft:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    words = {"text": "{effective_date}: 这是草稿 #1，先说结论。", "plain": "草稿的简单说法。", **given}
    cites = ((data["clauses"][0], "原话：“引号”"),)
    return Draft(data["region"], data["matter"], aspect, cites=cites, role="政策编辑", on=ON, **words)


@pytest.mark.parametrize("path", PROVISIONS[::7], ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_every_aspect_of_every_file_takes_a_draft(path: Path, tmp_path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for aspect in ASPECTS:
        made = with_draft(source, draft(path, aspect, interpretation="待明确事项 DM-001：答复是这样说的。"))
        target = tmp_path / path.name
        target.write_text(made, encoding="utf-8")
        provision, _ = load_provision(target)
        (*_, general) = provision.calibers[aspect]
        assert (general.text, general.approved) == ("{effective_date}: 这是草稿 #1，先说结论。", False)
        assert aspect not in provision.silent
        assert provision.interpretations[-1] == "待明确事项 DM-001：答复是这样说的。"


def test_other_words_leave_the_rest_of_the_aspect_as_it_is() -> None:
    path = ROOT / draft_path("huludao", "job_retention_refund")
    source = path.read_text(encoding="utf-8")
    made = with_draft(source, draft(path, "conditions"))
    before, after = (yaml.safe_load(text)["calibers"]["conditions"] for text in (source, made))
    assert after.pop("approval") == {"status": "draft", "role": "政策编辑", "date": ON}
    assert {**before, "text": after["text"], "plain": after["plain"]} == after
    # A second draft takes the place of the first.
    again = with_draft(made, draft(path, "conditions", text="再改一次的说法。"))
    assert again.count("approval:") == 1


def test_silence_gives_way(knowledge: Knowledge) -> None:
    path = ROOT / draft_path("huludao", "job_retention_refund")
    source = path.read_text(encoding="utf-8")
    made = with_draft(source, draft(path, "materials"))
    changed = set(made.splitlines()) ^ set(source.splitlines())
    assert len(changed) == 6
    assert all("materials" in line or line not in source for line in changed)


def test_a_file_that_is_written_otherwise_is_left_to_people() -> None:
    path = ROOT / draft_path("huludao", "job_retention_refund")
    for source in ("matter: x\nregion: y\n", "calibers: {who: {text: a, plain: b}}\n"):
        with pytest.raises(DraftError):
            with_draft(source, draft(path, "who"))
