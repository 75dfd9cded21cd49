"""Notices named in a text by their document number (文号): 粤人社发〔2021〕28号, 葫人社发2号."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["DocumentFinder", "NamedDocument"]

_PARTS = re.compile(r"(?P<issuer>.+?)发?〔(?P<year>\d{4})〕(?P<number>\d+)号")


@dataclass(frozen=True)
class NamedDocument:
    """A document number that stands from `start` to `end` of a text, with the region of its notice."""

    surface: str
    region: str
    start: int
    end: int


class DocumentFinder:
    """Finds document numbers. `regions` has the region by the number in full; who leaves out the year is understood."""

    def __init__(self, regions: Mapping[str, str]) -> None:
        self._forms = [(re.compile(_form(document)), region) for document, region in sorted(regions.items())]

    def find(self, text: str) -> list[NamedDocument]:
        """Every document named in a normalised text, in its order."""
        found = [
            NamedDocument(match[0], region, match.start(), match.end())
            for form, region in self._forms
            for match in form.finditer(text)
        ]
        return sorted(found, key=lambda each: each.start)


def _form(document: str) -> str:
    """The ways in which a number is written: any brackets or none around its year, which may be missing."""
    parts = _PARTS.fullmatch(document)
    if parts is None:
        return re.escape(document)
    year = rf"(?:[〔\[(【]?{parts['year']}[〕\])】年]?)?"
    return rf"{re.escape(parts['issuer'])}发?(?:文)?\s*{year}\s*第?{parts['number']}号"
