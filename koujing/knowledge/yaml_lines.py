"""YAML read with the line of every key and item, and with duplicate keys refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from koujing.knowledge.errors import PolicyFileError

__all__ = ["Document", "read_document"]

# Far more than any policy file has, and still read in a moment.
_DEEPEST = 60
_MOST_PLACES = 200_000

KeyPath = tuple[str | int, ...]

# libyaml's parser where PyYAML was built with it: the same result, ten times faster.
_Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc, valid-type]
    """YAML as YAML 1.2 reads it: only true and false are booleans, so the keys `on`, `yes` and `no` stay words."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])


@dataclass(frozen=True)
class Document:
    """One policy file: its plain data and the line (from 1) at which each path of it stands."""

    path: Path
    data: Any
    lines: dict[KeyPath, int]

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the nearest known ancestor of a path."""
        key = tuple(path)
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)

    def error(self, path: Sequence[str | int], what: str, why: str, how: str) -> PolicyFileError:
        """A `PolicyFileError` placed at a path of this document."""
        return PolicyFileError(self.path, self.line(path), what, why, how)


def read_document(path: Path) -> Document:
    """Read one YAML file.

    Raises:
        PolicyFileError: not found, not YAML, not UTF-8, or a key given twice.
    """
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyFileError(path, 1, "文件读不出", str(error), "检查文件是否存在、是否为 UTF-8") from error
    loader = _Loader(source)
    try:
        _check_depth(path, source)
        node = loader.get_single_node()
        lines: dict[KeyPath, int] = {}
        if node is not None:
            _collect(path, node, (), lines, ())
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise PolicyFileError(
            path, line, "不是合法的 YAML", str(error.problem), "按提示修正缩进、冒号或引号"
        ) from error
    except ValueError as error:
        raise PolicyFileError(path, 1, "有无法识别的值", str(error), "去掉 !! 标记；是文字的加引号") from error
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 1
        raise PolicyFileError(path, line, "有不可见的控制字符", str(error.reason), "删去这个字符") from error
    finally:
        loader.dispose()
    return Document(path, data, lines)


def _check_depth(path: Path, source: str) -> None:
    """Before anything is built: the builder is written in C and goes as deep as the file, until the process dies of it."""
    depth = 0
    for event in yaml.parse(source, _Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise _too_deep(path, event.start_mark.line + 1 if event.start_mark else 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _too_deep(path: Path, line: int) -> PolicyFileError:
    return PolicyFileError(path, line, "一层套一层，套得太深", f"最多 {_DEEPEST} 层", "检查缩进和括号")


def _collect(
    path: Path, node: yaml.Node, key: KeyPath, lines: dict[KeyPath, int], above: tuple[yaml.Node, ...]
) -> None:
    lines[key] = node.start_mark.line + 1
    if len(lines) > _MOST_PLACES:
        why = "几处 * 引用套在一起，一小段会变成无数段"
        raise PolicyFileError(
            path, lines[key], "内容太多", why, f"去掉 * 引用，或把文件分开，每份最多 {_MOST_PLACES} 处"
        )
    if any(node is other for other in above):
        raise PolicyFileError(path, lines[key], "一段内容引用了它自己", "永远展不开", "去掉这个 * 引用")
    above = (*above, node)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name_node, value in node.value:
            name = str(name_node.value)
            if name in seen:
                line = name_node.start_mark.line + 1
                raise PolicyFileError(path, line, f"键“{name}”出现两次", "后一个会悄悄盖掉前一个", "删去或改名其中一个")
            seen.add(name)
            _collect(path, value, (*key, name), lines, above)
            place = (*key, name)
            lines[place] = name_node.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _collect(path, item, (*key, index), lines, above)
    elif node.tag == "tag:yaml.org,2002:timestamp":
        try:
            dt.date.fromisoformat(node.value)
        except ValueError as error:
            how = "日期写成 2021-12-31 这样的真实日期，不带时刻；不是日期的加引号"
            raise PolicyFileError(path, lines[key], f"“{node.value}”不是日期", str(error), how) from error
