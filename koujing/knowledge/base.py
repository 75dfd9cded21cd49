"""The knowledge base: every policy file loaded, held against each other, and looked up by matter, aspect and region."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.facts import FactType, load_facts
from koujing.knowledge.notices import Clause, Notice, load_notice
from koujing.knowledge.passages import Passages
from koujing.knowledge.provisions import Caliber, Provision, Silence, load_provision
from koujing.knowledge.references import reference_errors
from koujing.knowledge.regions import Regions, load_regions
from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import Document, KeyPath, read_document
from koujing.text.dialogue import DialogueWords

__all__ = ["Knowledge", "Matter", "knowledge_version", "load_knowledge", "problems"]

# Words beside a place that tell less: they count for the kind of place they are listed under.
_LESSER_CUES = ("hints", "alone")


@dataclass(frozen=True)
class Matter:
    """What one can ask for or about (事项). `place` names what decides the region; `words` are everyday names;
    A `general` one holds for all others (受理期限): asked for after another matter, it is asked for that one.
    `audience` tells who can get something by it: person, unit, both, or nobody (rules for the administration).

    Someone of whom a fact of `leads_when` is told is asking about the matter `leads_to` instead. A question read as of
    one of the refusal kinds that the matter `touches` is of the matter, where it goes on from it (能减多少税).
    """

    id: str
    name: str
    place: str
    words: tuple[str, ...]
    about: str
    audience: tuple[str, ...] = ()
    general: bool = False
    leads_to: str | None = None
    leads_when: tuple[tuple[str, bool], ...] = ()
    touches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Knowledge:
    """All policy data, immutable. `version` is a hash of every policy file."""

    notices: Mapping[str, Notice]
    clauses: Mapping[str, Clause]
    matters: Mapping[str, Matter]
    place_cues: Mapping[str, tuple[str, ...]]
    facts: dict[str, FactType]
    regions: Regions
    provisions: Mapping[tuple[str, str], Provision]
    sources: Mapping[str, Any]
    refusals: Mapping[str, Any]
    wordings: Mapping[str, Any]
    contacts: Mapping[str, Any]
    dialogue: DialogueWords
    passages: Passages
    version: str

    def chain(self, matter: str, region: str) -> tuple[Provision, ...]:
        """The provisions of a matter that hold in a region, narrowest first."""
        regions = self.regions.chain(region)
        return tuple(self.provisions[id, matter] for id in regions if (id, matter) in self.provisions)

    def find_caliber(self, matter: str, aspect: str, region: str) -> tuple[Provision, tuple[Caliber, ...]] | None:
        """The narrowest provision that speaks to an aspect, with its approved calibers."""
        for provision in self.chain(matter, region):
            approved = tuple(caliber for caliber in provision.calibers.get(aspect, ()) if caliber.approved)
            if approved:
                return provision, approved
        return None

    def find_silence(self, matter: str, aspect: str, region: str) -> tuple[Provision, Silence] | None:
        """The narrowest provision that is honestly silent on an aspect."""
        for provision in self.chain(matter, region):
            if aspect in provision.silent:
                return provision, provision.silent[aspect]
        return None

    def ruling(self, matter: str, region: str) -> Provision | None:
        """The narrowest provision of a matter in a region that has rules."""
        return next((provision for provision in self.chain(matter, region) if provision.rules), None)

    def notice_of(self, clause: str) -> Notice:
        """The notice a clause belongs to."""
        return self.notices[self.clauses[clause].notice]

    def notices_in(self, region: str) -> tuple[Notice, ...]:
        """The notices that hold in a region, narrowest first."""
        chain = self.regions.chain(region)
        return tuple(notice for id in chain for notice in self.notices.values() if notice.region == id)

    def catalogue(self) -> dict[str, Any]:
        """Matters, facts and regions with ids, JSON-ready."""
        provided: dict[str, list[str]] = {}
        for region, matter in self.provisions:
            provided.setdefault(matter, []).append(region)
        return {
            "matters": [
                {"id": m.id, "name": m.name, "about": m.about, "regions": sorted(provided.get(m.id, []))}
                for m in self.matters.values()
            ],
            "facts": [
                {
                    "id": f.id, "label": f.label, "type": f.type, "unit": f.unit or None,
                    "options": [{"id": id, "label": label} for id, label in f.options.items()],
                }
                for f in self.facts.values()
            ],
            "regions": [
                {"id": r.id, "name": r.name, "level": r.level, "parent": r.parent, "covered": r.covered}
                for r in map(self.regions.get, self.regions.ids())
                if r is not None
            ],
            "notices": [
                {"id": n.id, "name": n.name, "title": n.title, "region": n.region, "issued": n.issued.isoformat(), "url": n.url}
                for n in self.notices.values()
            ],
            "version": self.version,
        }  # fmt: skip


@dataclass(frozen=True)
class _Loaded:
    knowledge: Knowledge
    documents: Mapping[tuple[str, str], Document]


def load_knowledge(folder: Path) -> Knowledge:
    """Load `policies/` and refuse it at the first mistake.

    Raises:
        PolicyFileError: says file, line, what, why and how to mend.
    """
    loaded = _load(folder)
    for problem in _problems(loaded):
        raise problem
    return loaded.knowledge


def problems(folder: Path) -> tuple[Knowledge, list[PolicyFileError]]:
    """Load `policies/` and list every mistake of the provision files.

    Raises:
        PolicyFileError: a mistake so grave that nothing further can be read.
    """
    loaded = _load(folder)
    return loaded.knowledge, list(_problems(loaded))


def _problems(loaded: _Loaded) -> Iterator[PolicyFileError]:
    knowledge = loaded.knowledge
    for key, provision in knowledge.provisions.items():
        document = loaded.documents[key]
        upper = [p for p in knowledge.chain(provision.matter, provision.region) if p.region != provision.region]
        yield from reference_errors(provision, document, knowledge.clauses, knowledge.facts, supplement=bool(upper))
        for place, clause in _clauses_named(document.data, ()):
            if clause in knowledge.clauses and not knowledge.regions.within(
                provision.region, knowledge.notice_of(clause).region
            ):
                yield document.error(place, f"条款 {clause} 不在“{provision.region}”生效", "别的地区的规定不能用来答这里", "改用本地区或上级的条款")  # fmt: skip


def _clauses_named(node: Any, place: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Every clause id that a provision file rests on, with its place."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "clause" and isinstance(value, str):
                yield (*place, key), value
            elif key == "clauses" and not place:
                yield from (((key, index), clause) for index, clause in enumerate(value))
            else:
                yield from _clauses_named(value, (*place, key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _clauses_named(item, (*place, index))


def _load(folder: Path) -> _Loaded:
    notices = {notice.id: notice for notice, _ in map(load_notice, sorted((folder / "notices").glob("*.yml")))}
    facts, _ = load_facts(folder / "facts.yml")
    regions = load_regions(folder / "regions.yml")
    plain = {name: _plain(folder / f"{name}.yml") for name in ("sources", "refusals", "wordings", "contacts")}
    matters, place_cues = _matters(folder / "matters.yml")
    provisions: dict[tuple[str, str], Provision] = {}
    documents: dict[tuple[str, str], Document] = {}
    for path in sorted(folder.glob("*/*.yml")):
        if path.parent.name == "notices":
            continue
        provision, document = load_provision(path)
        _check_place(path, provision, document, matters, regions)
        provisions[provision.region, provision.matter] = provision
        documents[provision.region, provision.matter] = document
    _check_touches(folder / "matters.yml", matters, plain["refusals"]["kinds"])
    clauses = {clause.id: clause for notice in notices.values() for clause in notice.clauses}
    knowledge = Knowledge(
        notices=notices,
        clauses=clauses,
        passages=Passages(clauses.values()),
        dialogue=_dialogue(folder / "dialogue.yml", matters),
        matters=matters, place_cues=place_cues, facts=facts, regions=regions, provisions=provisions, version=knowledge_version(folder), **plain,
    )  # fmt: skip
    return _Loaded(knowledge, documents)


def _check_touches(path: Path, matters: Mapping[str, Matter], kinds: Collection[str]) -> None:
    for matter in matters.values():
        for kind in matter.touches:
            if kind not in kinds:
                raise read_document(path).error(
                    ("matters", matter.id, "touches"),
                    f"“{kind}”不是拒答的类别",
                    "接着这一项问的话会被当成别的事",
                    "改成 refusals.yml 里的类别",
                )


def _check_place(
    path: Path, provision: Provision, document: Document, matters: Mapping[str, Matter], regions: Regions
) -> None:
    if provision.matter not in matters:
        raise document.error(
            ("matter",), f"事项“{provision.matter}”没有定义", "问不到它", "先写进 matters.yml，或改成已有的事项"
        )
    if path.stem != provision.matter or path.parent.name != provision.region:
        raise document.error(
            ("matter",) if path.stem != provision.matter else ("region",),
            "文件名或目录与 matter、region 不一致",
            "按路径找不到它",
            f"移到 {provision.region}/{provision.matter}.yml",
        )
    if regions.get(provision.region) is None:
        raise document.error(
            ("region",), f"地区“{provision.region}”没有定义", "判断不了它管哪里", "用 regions.yml 里的地区"
        )


def _matters(path: Path) -> tuple[dict[str, Matter], dict[str, tuple[str, ...]]]:
    document = read_document(path)
    validate(document, "matters")
    matters = {}
    for id, m in document.data["matters"].items():
        leads = m.get("leads_to", {"matter": None, "facts": {}})
        if leads["matter"] is not None and leads["matter"] not in document.data["matters"]:
            place = ("matters", id, "leads_to")
            raise document.error(place, f"事项“{leads['matter']}”没有定义", "问句会无处可去", "改成本文件里的事项")
        words = tuple(m["words"])
        matters[id] = Matter(
            id, m["name"], m["place"], words, m["about"], tuple(m.get("for", ())), m.get("general", False),
            leads["matter"], tuple(leads["facts"].items()), tuple(m.get("touches", ())),
        )  # fmt: skip
    cues = {kind: tuple(words) for kind, words in document.data["place_cues"].items() if kind not in _LESSER_CUES}
    for sort in _LESSER_CUES:
        for kind, words in document.data["place_cues"].get(sort, {}).items():
            cues[f"{kind}.{sort}"] = tuple(words)
    return matters, cues


def _dialogue(path: Path, matters: Mapping[str, Matter]) -> DialogueWords:
    document = read_document(path)
    validate(document, "dialogue")
    for index, matter in enumerate(document.data["offered"]):
        if matter not in matters:
            raise document.error(
                ("offered", index), f"事项“{matter}”没有定义", "选了也问不到", "改成 matters.yml 里的事项"
            )
    try:
        return DialogueWords(document.data)
    except re.error as error:
        how = f"改正这段：{error.pattern!s}"
        raise document.error((), f"有一条正则表达式写错了：{error}", "读不出对话用语", how) from error


def _plain(path: Path) -> Mapping[str, Any]:
    document = read_document(path)
    validate(document, path.stem)
    data: Mapping[str, Any] = document.data
    return data


def knowledge_version(folder: Path) -> str:
    """A digest of every policy file: `Knowledge.version`, without loading any."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
