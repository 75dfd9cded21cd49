"""Every kind of mistake in a policy file is refused at load, with file, line, why and how to mend."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from koujing.knowledge import base
from koujing.knowledge.base import Knowledge, load_knowledge, problems
from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.references import reference_errors
from koujing.knowledge.yaml_lines import read_document
from koujing.settings import ROOT

REFUND = "huludao/job_retention_refund.yml"
ASSISTANCE = "huludao/unemployment_assistance.yml"
PROVINCE = "guangdong/unemployment_assistance.yml"
CITY = "guangzhou/unemployment_benefit.yml"
Loader = Callable[[Path], Any]
KEPT = (REFUND, ASSISTANCE, PROVINCE, "guangdong/unemployment_benefit.yml", CITY)


@dataclass(frozen=True)
class Mistake:
    """One text of a file replaced (first occurrence); the refusal must stand at the line of `at`, or of the change."""

    name: str
    file: str
    old: str
    new: str
    says: str
    mend: str = ""
    at: str = ""


CAP = 'layoff_rate_cap: {label: 裁员率上限, value: 6, unit: percent, clause: "hld-2021-2:1", quote: 裁员率不高于6％}'
HEADCOUNT = "fact: insured_headcount, op: at_most, parameter: small_unit_headcount"
LARGE_CAP = "compute: {product: [{fact: contributions_last_year}, {percent: large_ratio}]}"
KIND = "fact: unit_kind, op: in, value: [enterprise, social_group,"

MISTAKES = [
    # Shape
    Mistake("unknown key", REFUND, "title: 失业保险稳岗返还", "titel: 失业保险稳岗返还", "不认识的键“titel”", "是否指“title”"),
    Mistake("unknown aspect", REFUND, "  eligibility:", "  eligibilty:", "eligibilty", "是否指“eligibility”", at="calibers:"),
    Mistake("unknown operator", REFUND, "op: in,", "op: within,", "within"),
    Mistake("unknown unit", REFUND, "unit: percent", "unit: percents", "percents", "是否指“percent”"),
    Mistake("missing key", REFUND, "qualifier: at_most, ", "", "缺少“qualifier”", "补上", at="id: large_cap"),
    Mistake("bad YAML", REFUND, "matter: job_retention_refund", "matter: [job_retention_refund", "不是合法的 YAML", at="region: huludao"),
    Mistake("unquoted braces", REFUND, 'text: "裁员不高于参保职工总数的{small_unit_layoff_cap}"', "text: {small_unit_layoff_cap} 以下", "不是合法的 YAML"),
    Mistake("duplicate key", REFUND, "region: huludao\n", "region: huludao\nregion: huludao\n", "“region”出现两次", at="region: huludao\nclauses"),
    Mistake("bad date", REFUND, "value: 2021-12-31", "value: 2021-12-32", "“2021-12-32”不是日期"),
    Mistake("date in quotes", REFUND, "in_force: {from: 2021-07-26", "in_force: {from: '2021-07-26'", "in_force/from"),
    Mistake("moment for a date", REFUND, "on: 2021-09-15", "on: 2021-09-15 08:30:00", "不是日期"),
    Mistake("date without unit date", REFUND, "value: 2021-12-31, unit: date", "value: 2021-12-31, unit: days", "用不了", "改 unit"),
    Mistake("figure in words", REFUND, "value: 6, unit: percent", "value: 六, unit: percent", "用不了"),
    Mistake("division by zero", REFUND, "value: 6, unit: percent", "value: 1/0, unit: percent", "用不了"),
    Mistake("day of effect without its clause", REFUND, ", clause: hld-2021-2:18, quote: 本通知自印发之日起实施}", "}", "缺少“clause、quote”"),
    Mistake("condition beside a group", REFUND, "        - window: application\n", "        - window: application\n      fact: age\n", "不合格式", at="    when:"),
    Mistake("empty file", REFUND, None, "", "不合格式"),  # type: ignore[arg-type]
    # Place
    Mistake("unknown matter", REFUND, "matter: job_retention_refund", "matter: job_retention", "事项“job_retention”没有定义"),
    Mistake("another matter's path", REFUND, "matter: job_retention_refund", "matter: work_for_training", "文件名或目录", "移到 huludao/work_for_training.yml"),
    Mistake("wrong region", REFUND, "region: huludao", "region: guangdong", "文件名或目录", "移到 guangdong/"),
    # Clauses and quotes
    Mistake("wrong clause", REFUND, 'label: 裁员率上限, value: 6, unit: percent, clause: "hld-2021-2:1"', 'label: 裁员率上限, value: 6, unit: percent, clause: "hld-2021-2:19"', "条款“hld-2021-2:19”不存在", "是否指"),
    Mistake("wrong clause at the top", REFUND, "clauses: [hld-2021-2:1]", "clauses: [hld-2021-2:21]", "条款“hld-2021-2:21”不存在"),
    Mistake("misquote", REFUND, "quote: 裁员率不高于6％}", "quote: 裁员率低于6％}", "引文“裁员率低于6％”不在", "照抄"),
    Mistake("quote of another clause", REFUND, "quote: 裁员率不高于6％}", "quote: 失业补助金只能申领享受一次}", "不在 hld-2021-2:1 里", "该句在 hld-2021-2:6"),
    Mistake("misquote in a caliber", REFUND, "{clause: \"hld-2021-2:1\", quote: 延续实施并扩大普惠性失业保险稳岗返还受益面}", "{clause: \"hld-2021-2:1\", quote: 延续并扩大稳岗返还}", "引文“延续并扩大稳岗返还”不在"),
    Mistake("misquote in a silence", REFUND, "quote: 免申领直接拨付返还资金}", "quote: 不用申请}", "引文“不用申请”不在"),
    Mistake("another region's clause", PROVINCE, "clauses: [gd-2021-28:3,", "clauses: [hld-2021-2:6, gd-2021-28:3,", "条款 hld-2021-2:6 不在“guangdong”生效"),
    Mistake("another region's figure", PROVINCE, "parameters:\n", 'parameters:\n  once: {label: 次数, value: 1, unit: times, clause: "hld-2021-2:6", quote: 失业补助金只能申领享受一次}\n', "hld-2021-2:6 不在“guangdong”生效", "本地区或上级", at="  once:"),
    Mistake("another region's words", PROVINCE, "    cites: &kinds\n", '    cites: &kinds\n      - {clause: "hld-2021-2:6", quote: 失业补助金只能申领享受一次}\n', "hld-2021-2:6 不在“guangdong”生效", at='      - {clause: "hld-2021-2:6"'),
    Mistake("a lower region's clause", PROVINCE, "clauses: [gd-2021-28:3,", "clauses: [gz-2021-fwd:2, gd-2021-28:3,", "gz-2021-fwd:2 不在“guangdong”生效"),
    # Figures and names
    Mistake("figure typed by hand", REFUND, "text: 稳岗返还要在{application_deadline}前申请，含当日。", "text: 稳岗返还要在12月31日前申请，含当日。", "手写的数字", "写进 parameters"),
    Mistake("figure typed in the plain variant", REFUND, "plain: 最晚{application_deadline}当天申请。", "plain: 最多退六成，早点申请。", "手写的数字“六成”"),
    Mistake("figure typed in a point", REFUND, "- 大型企业：不超过{large_ratio}", "- 大型企业：不超过30％", "手写的数字“30％”"),
    Mistake("figure typed in a reason", REFUND, 'no: "裁员率约{fact:layoff_rate}，高于{layoff_rate_cap}"', "no: 裁员率高于6％", "手写的数字“6％”"),
    Mistake("figure typed in a formula", REFUND, 'formula: "{fact:contributions_last_year}×{large_ratio}"', 'formula: "{fact:contributions_last_year}×30％"', "手写的数字“30％”"),
    Mistake("missing parameter", REFUND, f"  {CAP}\n", "", "参数“layoff_rate_cap”不存在", at="rate_within_cap"),
    Mistake("misspelt parameter in a wording", REFUND, "text: 稳岗返还要在{application_deadline}前", "text: 稳岗返还要在{aplication_deadline}前", "参数“aplication_deadline”不存在", "是否指“application_deadline”"),
    Mistake("unknown fact in a wording", REFUND, "{fact:unit_kind}", "{fact:unit_sort}", "事实“unit_sort”不存在"),
    Mistake("unknown fact", REFUND, "fact: insured_headcount_end_2020, op", "fact: insured_headcount_end_2021, op", "事实“insured_headcount_end_2021”不存在", "是否指“insured_headcount_end_2020”"),
    Mistake("unknown window", REFUND, "- window: application", "- window: aplication", "期限“aplication”不存在", "是否指“application”"),
    Mistake("unknown window of a caliber", REFUND, "windows: [application]", "windows: [closing]", "期限“closing”不存在"),
    Mistake("unknown rule of a referral", REFUND, "rules: [automatic], clause", "rules: [automatical], clause", "规则“automatical”不存在"),
    Mistake("negative figure", REFUND, "value: 6, unit: percent", "value: -6, unit: percent", "为负"),
    # Conditions and amounts
    Mistake("number operator without parameter", REFUND, HEADCOUNT, "fact: insured_headcount, op: at_most, value: 30", "没有 parameter", "在 parameters 里写出处"),
    Mistake("value beside a parameter", REFUND, HEADCOUNT, f"{HEADCOUNT}, value: 30", "又有 value 又有 parameter"),
    Mistake("parameter beside a value", REFUND, "op: is, value: true, text: 单位在我市", "op: is, value: true, parameter: county_months, text: 单位在我市", "又有 value 又有 parameter"),
    Mistake("operator without value", REFUND, "op: is, value: true, text: 单位在我市", "op: is, text: 单位在我市", "没有 value"),
    Mistake("number compared with a date", REFUND, HEADCOUNT, "fact: insured_headcount, op: at_most, parameter: application_deadline", "类型不一致"),
    Mistake("date operator on a number", REFUND, HEADCOUNT, "fact: insured_headcount, op: before, parameter: small_unit_headcount", "类型不一致"),
    Mistake("choice compared as a number", REFUND, HEADCOUNT, "fact: unit_kind, op: at_most, parameter: small_unit_headcount", "类型不一致"),
    Mistake("number compared with is", REFUND, HEADCOUNT, "fact: insured_headcount, op: is, value: 30", "数字和日期要用参数比较"),
    Mistake("positive on a choice", REFUND, HEADCOUNT, "fact: unit_kind, op: positive", "只有数字可比"),
    Mistake("option that does not exist", REFUND, KIND, KIND.replace("enterprise", "enterprize"), "条件的值“enterprize”不合"),
    Mistake("in with one value", REFUND, "op: is, value: large", "op: in, value: large", "运算 in 的 value 不合"),
    Mistake("is with a list", REFUND, "op: is, value: large", "op: is, value: [large, small]", "运算 is 的 value 不合"),
    Mistake("amount from a choice", REFUND, LARGE_CAP, LARGE_CAP.replace("contributions_last_year", "enterprise_size"), "不是数字的事实"),
    Mistake("amount from a date", REFUND, LARGE_CAP, LARGE_CAP.replace("percent: large_ratio", "parameter: application_deadline"), "日期参数“application_deadline”"),
    Mistake("percent of what is no percent", REFUND, LARGE_CAP, LARGE_CAP.replace("large_ratio", "county_months"), "单位不是 percent"),
    Mistake("window that is no date", REFUND, "closes: application_deadline", "closes: layoff_rate_cap", "参数“layoff_rate_cap”不是日期"),
    Mistake("window over a fact that is no date", REFUND, "fact: application_date,", "fact: insured_headcount,", "不是日期"),
    Mistake("event without its date", ASSISTANCE, "of: event, fact: unemployment_date,", "of: event,", "没有 fact"),
    # Aspects and cases
    Mistake("missing aspect", REFUND, '  funding: {clause: "hld-2021-2:1"}\n', "", "方面“funding”没有交代", "列入 silent", at="calibers:"),
    Mistake("both spoken and silent", REFUND, "silent:\n", 'silent:\n  basis: {clause: "hld-2021-2:1"}\n', "“basis”既有口径又列为沉默", "只留一处", at="  basis: {clause"),
    Mistake("unknown fact of a case", REFUND, "facts: {unit_kind: enterprise, unit_insured: true, insured_headcount: 28,", "facts: {unit_type: enterprise, unit_insured: true, insured_headcount: 28,", "事实“unit_type”不存在"),
    Mistake("value of a case that does not fit", REFUND, "insured_headcount: 28, layoffs_last_year: 3", "insured_headcount: 0, layoffs_last_year: 3", "事实不合"),
    Mistake("unknown rule of a case", REFUND, "rule: automatic, facts", "rule: automat, facts", "规则“automat”不存在"),
    # The common files
    Mistake("unknown key in matters", "matters.yml", "    about:", "    abut:", "不认识的键“abut”", "是否指“about”"),
    Mistake("unknown place in matters", "matters.yml", "place: insured", "place: insurance", "insurance"),
    Mistake("unknown subject that a matter touches", "matters.yml", "touches: [insurance_transfer]", "touches: [insurances]", "“insurances”不是拒答的类别"),
    Mistake("unknown type of fact", "facts.yml", "type: yes_no", "type: yesno", "yesno", "是否指“yes_no”"),
    Mistake("fact implied by an unknown one", "facts.yml", "implied_by: [{fact: insured_headcount,", "implied_by: [{fact: insured_heads,", "没有定义的“insured_heads”"),
    Mistake("bad notice", "notices/gd-2021-28.yml", "audience: public", "audience: everyone", "everyone", "public"),
    Mistake("clause given twice", "notices/gd-2021-28.yml", "- id: gd-2021-28:2\n", "- id: gd-2021-28:1\n", "重复", at="  - id: gd-2021-28:1\n    number: 二"),
    Mistake("bad retirement date", "sources.yml", "from: 2025-01-01", "from: 二〇二五年", "from"),
]  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The policies with a few provisions only, to be quick."""
    folder = tmp_path_factory.mktemp("small") / "policies"
    shutil.copytree(ROOT / "policies", folder, ignore=lambda path, names: _left_out(Path(path), names))
    return folder


def _left_out(folder: Path, names: list[str]) -> list[str]:
    if folder.name not in {"huludao", "guangdong", "guangzhou"}:
        return []
    return [name for name in names if f"{folder.name}/{name}" not in KEPT]


@pytest.fixture(scope="module")
def read_once() -> Callable[[Loader], Loader]:
    """A loader that reads a file again only when its bytes have changed: most files of a case are untouched."""
    read: dict[tuple[Loader, Path, bytes], Any] = {}

    def remembering(load: Loader) -> Loader:
        def loaded(path: Path) -> Any:
            key = (load, path, path.read_bytes())
            if key not in read:
                read[key] = load(path)
            return read[key]

        return loaded

    return remembering


@pytest.fixture
def policies(
    small: Path, knowledge: Knowledge, read_once: Callable[[Loader], Loader], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A copy to break; what a test wrote into it is undone. The regions are not read anew."""
    for name in ("load_notice", "load_facts", "load_provision", "_matters", "_plain"):
        monkeypatch.setattr(base, name, read_once(getattr(base, name)))
    monkeypatch.setattr(base, "load_regions", lambda _: knowledge.regions)
    before = {path: path.read_bytes() for path in small.rglob("*.yml")}
    yield small
    for path in small.rglob("*.yml"):
        if path not in before:
            path.unlink()
        elif path.read_bytes() != before[path]:
            path.write_bytes(before[path])


def test_the_small_copy_itself_is_right(policies: Path) -> None:
    assert len(load_knowledge(policies).provisions) == len(KEPT)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_refused_with_file_line_and_mending(policies: Path, mistake: Mistake) -> None:
    path = policies / mistake.file
    source = path.read_text(encoding="utf-8")
    old = source if mistake.old is None else mistake.old
    assert old in source
    broken = source.replace(old, mistake.new, 1)
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(PolicyFileError) as caught:
        load_knowledge(policies)
    error = caught.value
    assert error.path == path
    assert mistake.says in str(error)
    assert error.why
    assert error.how
    assert mistake.mend in error.how
    at = broken.index(mistake.at) if mistake.at else source.index(old)
    assert error.line == broken.count("\n", 0, at) + 1, str(error)


def test_all_mistakes_are_listed_at_once(policies: Path) -> None:
    path = policies / REFUND
    source = path.read_text(encoding="utf-8")
    path.write_text(
        source.replace("quote: 裁员率不高于6％}", "quote: 裁员率低于6％}").replace("{large_ratio}", "30％"),
        encoding="utf-8",
    )
    _, found = problems(policies)
    assert len(found) > 3
    assert {problem.path for problem in found} == {path}
    assert len({problem.line for problem in found}) > 3


def test_a_region_that_does_not_exist_is_refused(policies: Path) -> None:
    source = (policies / CITY).read_text(encoding="utf-8")
    path = policies / "atlantis" / "unemployment_benefit.yml"
    path.parent.mkdir()
    path.write_text(source.replace("region: guangzhou", "region: atlantis"), encoding="utf-8")
    with pytest.raises(PolicyFileError, match="地区“atlantis”没有定义") as caught:
        load_knowledge(policies)
    assert (caught.value.path, caught.value.line) == (path, 2)


def test_only_a_supplement_may_leave_aspects_out(knowledge: Knowledge) -> None:
    provision = knowledge.provisions["guangzhou", "unemployment_benefit"]
    document = read_document(ROOT / "policies" / CITY)
    assert not list(reference_errors(provision, document, knowledge.clauses, knowledge.facts, supplement=True))
    alone = list(reference_errors(provision, document, knowledge.clauses, knowledge.facts, supplement=False))
    assert [error.what for error in alone if "没有交代" in error.what]
