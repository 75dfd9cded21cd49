"""The words of `config/private/words.yml`, checked. Data apart from code: an edit changes no program and no model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from koujing.errors import ProgramError

__all__ = ["PrivateWordsError", "Words", "any_of", "load_words"]

_STRINGS = ("street_sides", "address_stops", "surnames", "surnames_sure", "not_name_ends")


class PrivateWordsError(ProgramError):
    """The file cannot be used; the message says where and how to mend it."""


@dataclass(frozen=True)
class Words:
    """The lists of the file, each under its own key; those of single characters are strings."""

    hotlines: tuple[str, ...]
    mobile_cues: tuple[str, ...]
    landline_cues: tuple[str, ...]
    identity_cues: tuple[str, ...]
    card_cues: tuple[str, ...]
    insurance_cues: tuple[str, ...]
    passport_cues: tuple[str, ...]
    streets: tuple[str, ...]
    street_sides: str
    not_streets: tuple[str, ...]
    estates: tuple[str, ...]
    buildings: tuple[str, ...]
    units: tuple[str, ...]
    address_stops: str
    name_cues_open: tuple[str, ...]
    name_cues_marked: tuple[str, ...]
    name_cues_close: tuple[str, ...]
    relatives: tuple[str, ...]
    surnames: str
    surnames_sure: str
    compound_surnames: tuple[str, ...]
    not_names: tuple[str, ...]
    not_name_ends: str
    name_follows: tuple[str, ...]


def load_words(path: Path) -> Words:
    """The words of a file.

    Raises:
        PrivateWordsError: it cannot be read, a list is missing or unknown, or holds what is no word.
    """
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PrivateWordsError(f"{path}：读不出：{error}。请检查文件是否存在、是否为 UTF-8 的 YAML。") from error
    known = {field.name for field in fields(Words)}
    if not isinstance(given, dict) or set(given) != known:
        wrong = sorted(set(given) ^ known) if isinstance(given, dict) else sorted(known)
        raise PrivateWordsError(
            f"{path}：缺少或多出了这些词表：{'、'.join(map(str, wrong))}。每个词表都要有，可以为空。"
        )
    return Words(**{name: _words(path, name, value) for name, value in given.items()})


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of them, the longest first."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


def _words(path: Path, name: str, value: Any) -> Any:
    if name in _STRINGS:
        letters = "".join(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value
        if isinstance(letters, str) and letters:
            return letters
        raise PrivateWordsError(f"{path}：{name} 应为一串字，或几个字的列表。")
    if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
        return tuple(value)
    raise PrivateWordsError(f"{path}：{name} 应为词的列表，每个都是文字（数字要加引号）。")
