"""The package of a slip: one folder an object, its rows as JSON, its files, and a manifest of digests."""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.records.retention.slips.models import EliminationSlip
from app.records.retention.slips.packages import queries
from app.records.retention.slips.queries import list_subjects

FOLDER = "versements"
FILES = "fichiers"
MANIFEST = "manifeste-sha256.txt"
READ_ME = """Versement aux archives, bordereau d’élimination n° {number}

objets.json          l’objet de chaque dossier, et la règle qui l’a rendu versable
libelles.json        ce que désignent les numéros : agents, réseaux, valeurs des listes
<objet>/donnees.json les lignes conservées, par table, telles quelles (dates ISO 8601, UTC)
<objet>/{files}/    les fichiers joints, sous le numéro de leur ligne et leur nom
{manifest}  l’empreinte SHA-256 de chaque fichier : « sha256sum --check {manifest} »

Ce n’est pas un paquet SEDA : un outil de versement le met en forme pour le service d’archives qui le reçoit.
"""
#: what a name may hold inside the package: anything else could lead out of it
UNSAFE = re.compile(r"[^\w. -]")
#: the same moment in each entry: the same contents give the same package
MOMENT = datetime(2000, 1, 1, tzinfo=UTC).timetuple()[:6]


@dataclass(frozen=True, kw_only=True)
class HandedPackage:
    """A package on disk: its digest, its bytes."""

    path: Path
    sha256: str
    size: int


def path_of(home: Path, slip_id: int) -> Path:
    """Return where the package of a slip is, whether or not it is there."""
    return home / FOLDER / f"bordereau-{slip_id}.zip"


def build(session: Session, slip: EliminationSlip, *, home: Path) -> HandedPackage:
    """Write the package of a slip, replacing one that is there; killed before its end, nothing bears its name. For the system."""
    path = path_of(home, slip.id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(".partiel")
    with half.open("wb") as output:
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
            lines = [_put(package, name, content) for name, content in _contents(session, slip)]
            _put(package, MANIFEST, "".join(lines).encode())
        output.flush()
        os.fsync(output.fileno())
    with half.open("rb") as written:
        sha256 = hashlib.file_digest(written, "sha256").hexdigest()
    half.replace(path)
    return HandedPackage(path=path, sha256=sha256, size=path.stat().st_size)


def discard(home: Path, slip_id: int) -> None:
    """Remove the package of a slip: the archives hold it."""
    path_of(home, slip_id).unlink(missing_ok=True)


def _contents(session: Session, slip: EliminationSlip) -> Iterator[tuple[str, bytes]]:
    """Yield each file of the package with its bytes."""
    subjects = list_subjects(session, slip.id)
    said = {
        "bordereau": slip.id, "objet": slip.object.label, "base": slip.basis, "echu_au": slip.until_on,
        "utilite_courante_mois": slip.in_use_months, "utilite_intermediaire_mois": slip.intermediate_months,
        "numeros": list(subjects),
    }  # fmt: skip
    yield "LISEZMOI.txt", READ_ME.format(number=slip.id, manifest=MANIFEST, files=FILES).encode()
    yield "objets.json", _json(said)
    yield "libelles.json", _json(queries.names(session))
    for number in subjects:
        folder = f"{slip.object.value}-{number}"
        yield f"{folder}/donnees.json", _json(queries.contents(session, slip.object, number))
        for file_id, name, content in queries.files(session, slip.object, number):
            yield f"{folder}/{FILES}/{file_id}-{UNSAFE.sub('_', name)}", content


def _put(package: zipfile.ZipFile, name: str, content: bytes) -> str:
    entry = zipfile.ZipInfo(name, date_time=MOMENT)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    package.writestr(entry, content)
    return f"{hashlib.sha256(content).hexdigest()}  {name}\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()
