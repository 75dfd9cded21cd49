"""The `koujing` sub-commands over the policy data: check, coverage, mutants, variety."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import yaml

from koujing.checking.cases import case_failures
from koujing.checking.coverage import coverage as covered_sentences
from koujing.checking.edges import unworded_edges
from koujing.checking.mutants import survivors
from koujing.knowledge.base import Knowledge, load_knowledge, problems
from koujing.knowledge.errors import PolicyFileError
from koujing.rules.law import retirement_law
from koujing.settings import ROOT
from koujing.text.variety import near_neighbours

__all__ = ["check", "coverage", "mutants", "variety"]

_FOLDER = click.option(
    "--policies", type=click.Path(path_type=Path, exists=True, file_okay=False), default=ROOT / "policies",
    help="政策文件夹", show_default="policies",
)  # fmt: skip


@click.command()
@_FOLDER
def check(policies: Path) -> None:
    """检查政策文件：格式、引文、引用、手写数字、各方面的交代、边界措辞和全部例子。"""
    try:
        knowledge, found = problems(policies)
    except PolicyFileError as error:
        click.echo(error)
        sys.exit(1)
    messages = [str(problem) for problem in found]
    if not found:
        law = retirement_law(knowledge.sources)
        for provision in knowledge.provisions.values():
            messages += case_failures(provision, knowledge.facts, law)
            messages += unworded_edges(provision, knowledge)
    for message in messages:
        click.echo(message)
    cases = sum(len(provision.cases) for provision in knowledge.provisions.values())
    click.echo(
        f"{len(knowledge.notices)} 份文件、{len(knowledge.provisions)} 个规定、{cases} 个例子："
        + (f"有 {len(messages)} 处要改" if messages else "全部通过")
    )
    sys.exit(1 if messages else 0)


def _load(policies: Path) -> Knowledge:
    try:
        return load_knowledge(policies)
    except PolicyFileError as error:
        click.echo(error)
        sys.exit(1)


@click.command()
@_FOLDER
@click.option("--list", "listed", is_flag=True, help="逐句列出由哪些口径代表")
def coverage(policies: Path, listed: bool) -> None:
    """每份文件面向公众的句子有多少已有口径代表，缺哪些；工作部门内部的句子列出理由。"""
    knowledge = _load(policies)
    sentences = covered_sentences(knowledge)
    missing_any = False
    for notice in knowledge.notices.values():
        own = [s for s in sentences if s.clause.notice == notice.id]
        public = [s for s in own if s.sentence.audience == "public"]
        spoken = [s for s in public if s.spoken_by]
        share = 100 * len(spoken) / len(public)
        click.echo(f"{notice.short}：面向公众 {len(public)} 句，已有代表 {len(spoken)} 句（{share:.1f}％）")
        for item in public:
            if not item.spoken_by:
                missing_any = True
                click.echo(f"  缺 {item.clause.id}：{item.sentence.text}")
            elif listed:
                click.echo(f"  {item.clause.id}：{item.sentence.text[:40]} ← {'、'.join(item.spoken_by[:4])}")
        for item in own:
            if item.sentence.audience == "administration":
                click.echo(f"  内部 {item.clause.id}：{item.sentence.text[:28]}…（{item.sentence.reason}）")
    sys.exit(1 if missing_any else 0)


@click.command()
@_FOLDER
def mutants(policies: Path) -> None:
    """变异测试：逐一改动政策数据的运算、数字、日期、条件，例子必须发现每一处改动。"""
    knowledge = _load(policies)
    law = retirement_law(knowledge.sources)
    explained = yaml.safe_load((policies / "equivalent_mutants.yml").read_text(encoding="utf-8")) or {}
    total, unexplained, seen = 0, 0, set()
    for provision in knowledge.provisions.values():
        tried, alive = survivors(provision, knowledge.facts, law)
        total += tried
        for mutant in alive:
            seen.add(mutant)
            if mutant in explained:
                click.echo(f"等价：{mutant}（{explained[mutant]}）")
            else:
                unexplained += 1
                click.echo(f"没有例子发现：{mutant}")
    for stale in sorted(set(explained) - seen):
        unexplained += 1
        click.echo(f"等价清单里的“{stale}”已不存在或已被发现，请删去")
    click.echo(f"变异 {total} 个，存活 {len(seen)} 个，未说明 {unexplained} 个")
    sys.exit(1 if unexplained else 0)


@click.command()
@click.option("--most", default=0.10, show_default=True, help="允许的最大比例")
@click.option("--show", default=20, show_default=True, help="列出多少对最像的")
def variety(most: float, show: int) -> None:
    """训练例句的多样性：有多少句存在字二元组 Jaccard 超过 0.6 的近邻。"""
    sentences = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            sentences += [line[2:].strip() for line in block["examples"].splitlines()]
    pairs = near_neighbours(sentences)
    share = len({index for i, j, _ in pairs for index in (i, j)}) / len(sentences)
    for i, j, similarity in sorted(pairs, key=lambda pair: -pair[2])[:show]:
        click.echo(f"{similarity:.2f}  {sentences[i]}  |  {sentences[j]}")
    click.echo(f"例句 {len(sentences)} 句，有近邻的占 {100 * share:.2f}％（上限 {100 * most:.0f}％）")
    sys.exit(0 if share <= most else 1)
