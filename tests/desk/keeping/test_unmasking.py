"""Every place that opens a telephone number is known, and each writes into the audit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from koujing.settings import ROOT

# Who calls what opens a number, and where that is noted.
OPENS = {"decrypt", "renewed", "number", "_number"}
KNOWN = {
    # Opens for the two below; the page's act writes ticket_phone before it shows anything.
    ("koujing/desk/console/tickets/speaking.py", "number"): None,
    ("koujing/desk/console/tickets/service.py", "phone"): ("koujing/desk/console/tickets/acts.py", "ticket_phone"),
    # Opens for what is told (person_export) and compared (person_search).
    ("koujing/desk/keeping/people.py", "_number"): None,
    ("koujing/desk/keeping/people.py", "_value"): ("koujing/desk/keeping/people.py", "person_export"),
    ("koujing/desk/keeping/people.py", "fits"): ("koujing/desk/keeping/people.py", "person_search"),
    ("koujing/desk/keeping/people.py", "rekey"): ("koujing/desk/keeping/people.py", "person_rekey"),
}
# The cipher itself, and ciphers of other things: what WeChat encrypts, nothing that is kept.
OTHERS = ("koujing/desk/web/secret.py", "koujing/desk/wechat/", "koujing/wechat_sim/")


def openers() -> Iterator[tuple[str, str]]:
    """The innermost function around each use of a name that opens a number, in the desk."""
    for path in (ROOT / "koujing" / "desk").rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(OTHERS):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in OPENS and _of_cipher(node):
                inside = [f for f in functions if f.lineno <= node.lineno <= (f.end_lineno or 0)]
                yield name, max(inside, key=lambda f: f.lineno).name if inside else ""


def _of_cipher(node: ast.Attribute) -> bool:
    """`cipher.…`, `self.cipher.…`, `self._number`, `self.speaking.number`: not a ticket's number."""
    held = ast.unparse(node.value)
    return "cipher" in held or (node.attr == "number" and held.endswith("speaking")) or node.attr == "_number"


def test_every_place_that_opens_a_number_is_known_and_noted() -> None:
    assert set(openers()) == set(KNOWN)
    for noted in filter(None, KNOWN.values()):
        path, action = noted
        assert f'"{action}"' in (ROOT / path).read_text(encoding="utf-8")
