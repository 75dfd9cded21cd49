"""A reply's one run of text cut for a screen. Nothing is worded: the parts joined again are the text."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Parts", "paragraphs", "sentences", "summary", "text_parts"]

_STOPS = "。！？\n"
_OPEN, _CLOSE = "“（《「〔(", "”）》」〕)"
_LONG = 48
_LONGEST_SUMMARY = 80


@dataclass(frozen=True)
class Parts:
    """What a text says, the question that it asks back with its lead (请问：…), and its basis (依据：…)."""

    said: str
    question: str | None
    basis: str | None


def text_parts(text: str, question: str | None, basis_lead: str) -> Parts:
    """Set the basis at the end of a text apart, and the sentence before it where that is the question asked back."""
    start = text.rfind(basis_lead)
    basis = text[start:] if start > 0 and "\n" not in text[start:] else None
    said = text[: -len(basis)] if basis else text
    asking = None
    if question and said.endswith(question):
        lead = sentences(said[: -len(question)])
        asking = (lead[-1] if lead and lead[-1][-1] not in _STOPS else "") + question
        said = said[: -len(asking)]
    return Parts(said, asking, basis)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a stop inside quotes or brackets ends none."""
    found, begun, depth = [], 0, 0
    for place, character in enumerate(text):
        depth = max(0, depth + (character in _OPEN) - (character in _CLOSE))
        if character in _STOPS and not depth:
            found.append(text[begun : place + 1])
            begun = place + 1
    return [*found, text[begun:]] if begun < len(text) else found


def paragraphs(text: str) -> list[str]:
    """The conclusion, which stands first, by itself; then short paragraphs of whole sentences."""
    first, *rest = sentences(text) or [""]
    found = [first]
    for sentence in rest:
        if len(found) > 1 and len(found[-1]) + len(sentence) <= _LONG and not found[-1].endswith("\n"):
            found[-1] += sentence
        else:
            found.append(sentence)
    return [paragraph for paragraph in found if paragraph.strip()]


def summary(text: str) -> str:
    """The first sentences of a text, as many as are soon heard."""
    heard = ""
    for sentence in sentences(text):
        if heard and len(heard) + len(sentence) > _LONGEST_SUMMARY:
            break
        heard += sentence
    heard = heard.strip()
    return heard if len(heard) <= _LONGEST_SUMMARY else heard[: _LONGEST_SUMMARY - 1] + "…"
