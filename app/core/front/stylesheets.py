"""Bundling a style sheet with those it imports."""

import re
from collections.abc import Callable
from pathlib import Path

from app.core.front.paths import resolve

#: ``@import url("…") print;``, or any ``url(…)`` that names a file rather than embedding its data
REFERENCE = re.compile(
    r'@import url\("(?P<sheet>[^"]+)"\)(?: (?P<medium>[a-z]+))?;'
    r"|url\([\"']?(?!data:|#)(?P<file>[^)\"']+)[\"']?\)"
)
CHARSET = '@charset "UTF-8";'


def assemble(source: Path, sheet: str, address: Callable[[str], str]) -> str:
    """The text of ``sheet``, a path under ``source``, with its imports inlined.

    ``address`` returns what to write for the file that a ``url(…)`` names, given its path under ``source``. Raise `OSError`
    when a sheet is missing.
    """

    def replace(match: re.Match[str]) -> str:
        if match["file"]:
            return f"url({address(resolve(sheet, match['file']))})"
        imported = assemble(source, resolve(sheet, match["sheet"]), address)
        return f"@media {match['medium']} {{\n{imported}}}" if match["medium"] else imported

    # The charset is already in the response's header, and is only valid at the start of a sheet.
    text = (source / sheet).read_text(encoding="utf-8").removeprefix(CHARSET)
    return REFERENCE.sub(replace, text)
