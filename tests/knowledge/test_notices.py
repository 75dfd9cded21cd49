from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from koujing.knowledge.base import Knowledge
from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.notices import load_notice
from koujing.settings import ROOT

NOTICES = ROOT / "policies" / "notices"

HULUDAO = [
    "pre", *(str(n) for n in range(1, 19)), "sign",
    "a1", *(f"a1.{n}" for n in range(1, 10)),
    "a2", "a2.1", *(f"a2.1.{n}" for n in range(1, 11)), "a2.2", *(f"a2.2.{n}" for n in range(1, 6)),
]  # fmt: skip
GUANGDONG = ["pre", "1", "2", "3", "4", "5", "6", "end", "sign"]
GUANGZHOU = ["pre", "1", "2", "3", "sign"]


@pytest.mark.parametrize(
    ("notice", "own"), [("hld-2021-2", HULUDAO), ("gd-2021-28", GUANGDONG), ("gz-2021-fwd", GUANGZHOU)]
)
def test_every_clause_is_there_in_order(knowledge: Knowledge, notice: str, own: list[str]) -> None:
    clauses = knowledge.notices[notice].clauses
    assert [clause.id for clause in clauses] == [f"{notice}:{name}" for name in own]
    assert all(clause.text.strip() and clause.notice == notice for clause in clauses)


def test_the_three_notices(knowledge: Knowledge) -> None:
    huludao, guangdong = knowledge.notices["hld-2021-2"], knowledge.notices["gd-2021-28"]
    guangzhou = knowledge.notices["gz-2021-fwd"]
    assert (huludao.region, huludao.name, huludao.effective) == ("huludao", "葫人社发〔2021〕2号", dt.date(2021, 7, 26))
    assert (guangdong.region, guangdong.name, guangdong.effective) == ("guangdong", "粤人社发〔2021〕28号", None)
    assert (guangzhou.region, guangzhou.issued, guangzhou.script) == ("guangzhou", dt.date(2021, 7, 8), "traditional")
    assert guangzhou.name == f"《{guangzhou.title}》"
    assert guangzhou.url
    assert "rsj.gz.gov.cn" in guangzhou.url


@pytest.mark.parametrize(
    ("clause", "label"),
    [
        ("hld-2021-2:pre", "引言"),
        ("hld-2021-2:1", "第（一）项"),
        ("hld-2021-2:18", "第（十八）项"),
        ("hld-2021-2:sign", "落款"),
        ("hld-2021-2:a1", "附件1"),
        ("hld-2021-2:a1.3", "附件1第3项"),
        ("hld-2021-2:a2.1", "附件2第一部分"),
        ("hld-2021-2:a2.1.10", "附件2第一部分第10项"),
        ("hld-2021-2:a2.2.5", "附件2第二部分第5项"),
        ("gd-2021-28:3", "第三条"),
        ("gd-2021-28:end", "末段"),
        ("gz-2021-fwd:2", "第二条"),
    ],
)
def test_labels(knowledge: Knowledge, clause: str, label: str) -> None:
    assert knowledge.clauses[clause].label == label


def test_labels_are_unique_within_a_notice(knowledge: Knowledge) -> None:
    for notice in knowledge.notices.values():
        labels = [clause.label for clause in notice.clauses]
        assert len(labels) == len(set(labels))


def test_parents(knowledge: Knowledge) -> None:
    for clause in knowledge.clauses.values():
        own = clause.id.split(":")[1]
        above = own.rpartition(".")[0]
        assert clause.parent == (f"{clause.notice}:{above}" if above else None)
        chain = [clause.id]
        while (parent := knowledge.clauses[chain[-1]].parent) is not None:
            chain.append(parent)
            assert len(chain) <= 3
        assert knowledge.clauses[chain[-1]].parent is None


def test_every_sentence_is_classed(knowledge: Knowledge) -> None:
    forces = {"decides", "entitles", "recommends", "refers", "discretion"}
    for clause in knowledge.clauses.values():
        for sentence in clause.sentences:
            assert sentence.audience in {"public", "administration"}
            assert sentence.force in forces
            assert sentence.audience == "public" or sentence.reason


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("- id: gz-2021-fwd:2\n", "- id: gd-2021-28:2\n", "不属于本文件"),
        ("- id: gz-2021-fwd:2\n", "- id: gz-2021-fwd:1\n", "重复"),
        ("- id: gz-2021-fwd:3\n    number: 三、\n", "- id: gz-2021-fwd:3\n    number: 三、\n", "不存在"),
        ("- id: gz-2021-fwd:2\n", "- id: 二\n", "不合格式"),
        ("audience: administration\n        reason:", "audience: administration\n        note:", "note"),
        ("force: entitles", "force: grants", "grants"),
        ("script: traditional", "script: 繁體", "可选"),
        ("issued: 2021-07-08", "issued: 2021-07-32", "不是日期"),
    ],
)
def test_mistakes_are_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    source = (NOTICES / "gz-2021-fwd.yml").read_text(encoding="utf-8")
    assert old in source
    broken = source.replace(old, new, 1)
    if says == "不存在":
        head, clause, rest = broken.partition(old)
        broken = head + clause + rest.replace("parent: null", "parent: gz-2021-fwd:9", 1)
    path = tmp_path / "gz-2021-fwd.yml"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(PolicyFileError) as caught:
        load_notice(path)
    assert caught.value.path == path
    assert caught.value.line > 1
    assert says in str(caught.value)
