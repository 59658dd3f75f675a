"""Each measure of the written file, and the tests that prove it: read where they are written, never copied."""

import re
from pathlib import Path

from app.core.text.french import number_fr
from app.operations.homologation.document import DossierPart, DossierTable

#: where measures are written: their file, the columns of the measure and of its proof
WRITTEN = {"docs/homologation/menaces.md": (0, 2, 4), "docs/homologation/attaque.md": (0, 2, 1)}
TEST = re.compile(r"`(tests/[\w/.]+\.py)(?:::(\w+))?`")


def measures(root: Path) -> DossierPart:
    """The measures of the tree at ``root``, with the tests that fail without them; how many of those tests are there."""
    lines, tests = [], set()
    for name, columns in WRITTEN.items():
        for line in (root / name).read_text().splitlines():
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
            proved = set(TEST.findall(line))
            if line.startswith("|") and proved and len(cells) > max(columns):
                what, how, _ = (cells[column] for column in columns)
                lines.append((what, how, ", ".join(_spoken(test) for test in sorted(proved))))
                tests |= proved
    return DossierPart(
        title="Mesures et preuves",
        said=[
            (
                f"{number_fr(len(lines))} mesures, {number_fr(len(tests))} preuves distinctes. Chaque preuve est un test qui échoue si la "
                f"mesure disparaît ; « make test » les joue tous. {_presence(root, tests)}"
            )
        ],
        table=DossierTable(headings=["crainte ou cas", "mesure", "preuves"], lines=lines),
    )


def _spoken(test: tuple[str, str]) -> str:
    return "::".join(part for part in test if part)


def _presence(root: Path, tests: set[tuple[str, str]]) -> str:
    if not (root / "tests").is_dir():
        return "Les tests ne sont pas installés sur cette machine : leur présence se vérifie dans le dépôt."
    absent = sorted(_spoken(test) for test in tests if not _is_there(root, *test))
    return f"Introuvables : {', '.join(absent)}." if absent else "Tous sont présents dans cette version."  # fmt: skip


def _is_there(root: Path, file: str, name: str) -> bool:
    path = root / file
    return path.is_file() and (not name or f"def {name}(" in path.read_text())
