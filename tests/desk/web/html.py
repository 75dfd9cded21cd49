"""HTML as a tree, strictly nested, to be asked for elements as a test needs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "link", "input", "img", "br", "hr"}


@dataclass
class Element:
    """An element with its attributes and children, texts among them."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """It and all below."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Those with this tag and these attributes; `class_` is one of the classes."""
        return [element for element in self.walk() if element._fits(tag, attributes)]

    def one(self, tag: str = "", **attributes: str) -> Element:
        """The only one of its kind."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} × {tag} {attributes} in {self.text[:200]}"
        return found[0]

    @property
    def text(self) -> str:
        """All its text, white space as it is seen."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join("".join(parts).split())

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str | None:
        """An attribute, or None."""
        return self.attributes.get(name)

    def _fits(self, tag: str, attributes: dict[str, str]) -> bool:
        if tag and self.tag != tag:
            return False
        for name, value in attributes.items():
            had = self.attributes.get(name.rstrip("_").replace("_", "-"))
            if had is None or (value not in had.split() if name == "class_" else value != had):
                return False
        return True


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice: {tag} {attrs}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> ends <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(text: str) -> Element:
    """A whole document; every element must be closed where it was opened."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    assert parser._open == [parser.root], f"not closed: {[element.tag for element in parser._open[1:]]}"
    return parser.root


def flaws(page: Element) -> list[str]:
    """What no page may have: fields without a label, ids twice, references to nothing, headings out of order, names missing."""
    ids = [element["id"] for element in page.walk() if "id" in element.attributes]
    found = [f"id twice: {id}" for id in {id for id in ids if ids.count(id) > 1}]
    for element in page.walk():
        for name in ("for", "aria-describedby", "aria-labelledby"):
            found += [f"{name} leads to nothing: {id}" for id in (element.get(name) or "").split() if id not in ids]
        if "style" in element.attributes or any(name.startswith("on") for name in element.attributes):
            found.append(f"inline style or script: {element.tag} {element.attributes}")
        if element.tag in ("button", "a", "summary", "h1", "h2", "h3", "h4") and not element.text:
            found.append(f"without a name: {element.tag} {element.attributes}")
        if element.tag == "img" and "alt" not in element.attributes:
            found.append("image without alt")
    labelled = {label["for"] for label in page.all("label") if "for" in label.attributes}
    inside = {id(field) for label in page.all("label") for field in label.walk()}
    for field_ in [*page.all("input"), *page.all("textarea")]:
        if field_.get("type") != "hidden" and field_.get("id") not in labelled and id(field_) not in inside:
            found.append(f"field without a label: {field_.attributes}")
    levels = [int(element.tag[1]) for element in page.walk() if element.tag in ("h1", "h2", "h3", "h4")]
    found += [f"heading h{after} after h{before}" for before, after in pairwise(levels) if after > before + 1]
    if levels.count(1) != 1:
        found.append(f"{levels.count(1)} × h1")
    if len(page.all("main")) != 1 or not page.one("html").get("lang"):
        found.append("no main, or no language")
    return found
