"""Addresses have one writer, the routes: pages, tasks and letters ask for them by name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.database.unit_of_work import TransactionalFlask
from config import ROOT

TEMPLATES = ROOT / "app" / "templates"
WRITTEN = sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")])
SCRIPTS = sorted((ROOT / "app" / "static" / "js").glob("*.js"))
#: ``"/compte"`` in an attribute, in an expression or in a script; ``}}/visite`` after an expression
BY_HAND = re.compile(r"[\"'`]/[a-z{$]|\}\}/[a-z]")
#: the home page; in a script, it is the name of a key
HOME = re.compile(r"[\"']/[\"']")
COMMENT = re.compile(r"\{#.*?#\}|/\*.*?\*/", re.DOTALL)
#: where an address is the rule of a route, what a door or a description begins with, that of another server, or what ProConnect was told
#: once and for all
RULES = {
    "app/accounts/proconnect/protocol.py",
    "app/core/front/serving.py",
    "app/demo/proconnect.py",
    "app/exchanges/api/bearers.py",
    "app/exchanges/api/description.py",
}
REGISTERING = frozenset({"Blueprint", "get", "post", "route"})


@pytest.mark.parametrize("path", [*WRITTEN, *SCRIPTS], ids=lambda path: path.name)
def test_no_page_and_no_script_writes_an_address_by_hand(path: Path) -> None:
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    assert not [line for line in text.splitlines() if BY_HAND.search(line)]
    assert path in SCRIPTS or not HOME.search(text)


def test_no_code_writes_the_address_of_a_page_by_hand(app: TransactionalFlask) -> None:
    firsts = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {""}
    for path in sorted((ROOT / "app").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        found = [text for text in _strings(ast.parse(path.read_text())) if _leads(text, firsts)]
        assert name in RULES or not found, f"{name}: {found}"


def _leads(text: str, firsts: set[str]) -> bool:
    """Whether ``text`` begins like an address of the application: a place on the disk does not."""
    return text.startswith("/") and re.split(r"[/?#]", text[1:])[0] in firsts


def _strings(tree: ast.Module) -> Iterator[str]:
    """Every string of a module, and what its f-strings write, but the rules of its routes."""
    rules = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _registers(call.func)
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in rules:
            yield node.value


def _registers(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in REGISTERING
