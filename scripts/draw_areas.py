"""Write the communes and EPCI that `app/referrals/areas` reads, from the package `@etalab/decoupage-administratif`.

    npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-decoupage-administratif-6.0.0.tgz
    python -m scripts.draw_areas package/data app/referrals/areas/areas.csv.gz

The same edition gives the same bytes.
"""

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.habilitations.reference.geography import COLLECTIVITIES, DEPARTMENTS

#: what is drawn, and the terms of its use; the first line of the file says it too
SOURCE = "Code officiel géographique (Insee) et EPCI (DGCL), édition 2026, par @etalab/decoupage-administratif 6.0.0 (MIT)"


def lines(folder: Path) -> Iterator[list[str]]:
    """Yield the lines of the file: an EPCI, a public territory of Grand Paris, a commune, an arrondissement, a code that is no more."""
    communes = _read(folder / "communes.json")
    epci_of: dict[str, str] = {}
    for epci in _read(folder / "epci.json"):
        yield ["E", epci["code"], _label(epci["nom"])]
        epci_of |= dict.fromkeys((member["code"] for member in epci["membres"]), epci["code"])
    for ept in _read(folder / "ept.json"):
        members = " ".join(sorted(member["code"] for member in ept["membres"]))
        yield ["T", ept["code"], _label(ept["nom"]), members]
    known = {**DEPARTMENTS, **COLLECTIVITIES}
    for each in communes:
        postal = " ".join(each.get("codesPostaux", []))
        if each["type"] == "commune-actuelle" and each["departement"] in known:
            yield ["C", each["code"], _label(each["nom"]), each["departement"], epci_of.get(each["code"], ""), postal]  # fmt: skip
            for former in each.get("anciensCodes", []):
                yield ["A", former, each["code"]]
        elif each["type"] == "arrondissement-municipal":
            yield ["M", each["code"], _label(each["nom"]), each["commune"], postal]


def write(folder: Path, target: Path) -> None:
    """Write the file."""
    text = io.StringIO()
    text.write(f"# {SOURCE}\n")
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(lines(folder))
    # Without a date nor a name: the bytes depend on what is drawn alone.
    target.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))


def _read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _label(name: str) -> str:
    return name.replace("'", "’")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
