"""Bundling an ECMAScript module with those it imports.

Each module becomes a function that runs once, in the order the language prescribes, and returns its exports: names cannot clash.
Only the syntax our modules use is understood; anything else is refused, never guessed.
"""

import re
from collections.abc import Callable
from pathlib import Path

from app.core.front.paths import resolve

IMPORT = re.compile(r'^import (?:(?P<names>\{ \w+(?:, \w+)* \}) from )?"(?P<module>[^"]+)";$', re.M)
EXPORT = re.compile(r"^export (?=(?:(?:async )?function|const) (?P<name>\w+))", re.M)
LAZY_IMPORT = re.compile(r'\bimport\("(?P<file>[^"]+)"\)')
NOT_UNDERSTOOD = re.compile(r"^(?:import\b(?!\()|export\b).*", re.M)


def assemble(source: Path, entry: str, address: Callable[[str], str]) -> str:
    """The text of the module ``entry``, a path under ``source``, preceded by everything it imports.

    ``address`` returns what to write for a file loaded on demand (``import("…")``), given its path under ``source``. Raise
    `OSError` when a module is missing, `ValueError` when imports form a cycle or are written in an unknown way.
    """
    return "".join(_as_function(source, module, address) for module in _in_order(source, entry, ()))


def is_alone(text: str) -> bool:
    """Whether this script has no imports and no exports, hence nothing to assemble."""
    return not (IMPORT.search(text) or EXPORT.search(text) or LAZY_IMPORT.search(text))


def _in_order(source: Path, module: str, importers: tuple[str, ...]) -> list[str]:
    """The modules that ``module`` imports, then ``module`` itself, each once."""
    if module in importers:
        raise ValueError(f"modules import one another: {' → '.join((*importers, module))}")
    text = (source / module).read_text(encoding="utf-8")
    ordered: dict[str, None] = {}
    for match in IMPORT.finditer(text):
        imported = resolve(module, match["module"])
        ordered.update(dict.fromkeys(_in_order(source, imported, (*importers, module))))
    return [*ordered, module]


def _as_function(source: Path, module: str, address: Callable[[str], str]) -> str:
    def imported(match: re.Match[str]) -> str:
        if match["names"] is None:
            return ""
        return f"const {match['names']} = {_variable(resolve(module, match['module']))};"

    def loaded(match: re.Match[str]) -> str:
        return f'import("{address(resolve(module, match["file"]))}")'

    text = (source / module).read_text(encoding="utf-8")
    exported = ", ".join(match["name"] for match in EXPORT.finditer(text))
    body = LAZY_IMPORT.sub(loaded, EXPORT.sub("", IMPORT.sub(imported, text)))
    unknown = NOT_UNDERSTOOD.search(body)
    if unknown:
        raise ValueError(f"{module}: {unknown[0][:80]} is not understood")
    return f"const {_variable(module)} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n"


def _variable(module: str) -> str:
    return re.sub(r"\W", "_", module)
