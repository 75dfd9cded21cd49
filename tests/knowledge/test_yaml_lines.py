from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.yaml_lines import Document, read_document

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(source: str) -> Path:
        path = tmp_path / "policy.yml"
        path.write_text(source, encoding="utf-8")
        return path

    return written


def refused(path: Path) -> PolicyFileError:
    with pytest.raises(PolicyFileError) as caught:
        read_document(path)
    assert caught.value.path == path
    assert "改法：" in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{caught.value.line}: ")
    return caught.value


def test_only_true_and_false_are_booleans(write: Write) -> None:
    document = read_document(write("on: no\nyes: off\nno: y\ntruth: [true, false]\nnot: True\n"))
    assert document.data == {"on": "no", "yes": "off", "no": "y", "truth": [True, False], "not": "True"}


def test_plain_values(write: Write) -> None:
    document = read_document(write("day: 2021-12-31\nwhole: 30\npart: 1.5\nnone: null\nwords: '2021-12-31'\n"))
    assert document.data == {
        "day": dt.date(2021, 12, 31), "whole": 30, "part": 1.5, "none": None, "words": "2021-12-31",
    }  # fmt: skip


def test_lines_of_keys_and_items(write: Write) -> None:
    document = read_document(write("# 说明\na: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\ne: >-\n  两行\n  文字\n"))
    assert document.line(()) == 2
    assert document.line(("a",)) == 2
    assert document.line(("b",)) == 3
    assert document.line(("b", 0)) == 4
    assert document.line(("b", 1, "c")) == 5
    assert document.line(("b", 1, "d")) == 6
    assert document.line(("e",)) == 7


def test_an_unknown_path_has_the_line_of_its_nearest_ancestor(write: Write) -> None:
    document = read_document(write("a: 1\nb:\n  - x\n"))
    assert document.line(("b", 0, "missing", "deeper")) == 3
    assert document.line(("missing",)) == 1
    assert document.error(("b", 0), "什么", "为何", "怎么改").line == 3


def test_an_anchor_may_be_used_again(write: Write) -> None:
    document = read_document(write("a: &cites\n  - x\nb: *cites\n"))
    assert document.data["b"] == ["x"]
    assert document.line(("b",)) == 3


@pytest.mark.parametrize("source", ["", "# 只有说明\n", "---\n"])
def test_an_empty_file_is_an_empty_document(write: Write, source: str) -> None:
    assert read_document(write(source)).data is None
    assert Document(Path("x"), None, {}).line(("a",)) == 1


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "键“a”出现两次"),
        ("a:\n  b: 1\n  c: {d: 1, d: 2}\n", 3, "键“d”出现两次"),
        ("a: [1, 2\nb: 3\n", 2, "不是合法的 YAML"),
        ("a: 1\n  b: 2\n", 2, "不是合法的 YAML"),
        ("a: 甲\n\tb: 乙\n", 2, "不是合法的 YAML"),
        ("a: *nowhere\n", 1, "不是合法的 YAML"),
        ("a: 1\n---\nb: 2\n", 2, "不是合法的 YAML"),
        ("a: 1\nb: {text: {layoff_rate_cap}, {x}: y}\n", 2, "不是合法的 YAML"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "不是合法的 YAML"),
        ("a: 1\n\nb: 2021-02-30\n", 3, "“2021-02-30”不是日期"),
        ("a: 1\nb: [2021-01-01, 2021-13-01]\n", 2, "“2021-13-01”不是日期"),
        ("a: 1\nb: 2021-12-31 08:30:00\n", 2, "不是日期"),
        ("a: 1\nb: x\x07y\n", 2, "控制字符"),
        ("a: 1\nb: &b\n  - *b\n", 2, "引用了它自己"),
        ("a: !!int 很多\n", 1, "有无法识别的值"),
    ],
)
def test_mistakes_are_refused_with_line_and_mending(write: Write, source: str, line: int, says: str) -> None:
    error = refused(write(source))
    assert says in str(error)
    assert error.line == line


def test_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yml"
    path.write_bytes("名: 葫芦岛".encode("gbk"))
    assert "UTF-8" in str(refused(path))


def test_no_such_file(tmp_path: Path) -> None:
    assert "文件读不出" in str(refused(tmp_path / "none.yml"))


@pytest.mark.parametrize("opening", ["- ", "? ", "[", "{a: ", "- ? "])
def test_what_would_end_the_process_is_refused(write: Write, opening: str) -> None:
    """libyaml's builder dies of it (SIGSEGV), and with it whoever loads a patch."""
    assert "套得太深" in str(refused(write(opening * 1_000_000)))


def test_a_few_lines_do_not_become_millions(write: Write) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert "内容太多" in str(refused(write("\n".join(lines))))
