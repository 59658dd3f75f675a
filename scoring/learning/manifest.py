"""The manifest of a model: the digest of every file of its directory, verified each time one of them is read.

The digest of the manifest itself is the identity of the model. Whoever registers a model keeps it elsewhere: files and manifest
rewritten together are then another model.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from scoring.errors import ModelFileError

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
REMEDY: Final = "Entraînez un nouveau modèle, ou revenez au précédent."
#: suffix of a file being written
HALF: Final = ".half"


class CorruptModelError(ModelFileError):
    """The model on disk is not the one that was saved."""


class OtherVersionError(ModelFileError):
    """The model was written by another, incompatible version of the code."""


def write(directory: Path) -> str:
    """List every file of `directory`, replacing the manifest at once; return its digest.

    Nothing is read through the former manifest from then on: call it once the last file is there.
    """
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.iterdir())
        if path.is_file() and path.name != MANIFEST and path.suffix != HALF
    }
    text = json.dumps({"format": FORMAT, "files": files}, indent=2, sort_keys=True) + "\n"
    half = directory / f"{MANIFEST}{HALF}"
    half.write_text(text, encoding="utf-8")
    half.replace(directory / MANIFEST)
    return hashlib.sha256(text.encode()).hexdigest()


def digest(directory: Path) -> str:
    """Return the digest of the manifest: the identity of the model. Raises OSError when there is none."""
    return hashlib.sha256((directory / MANIFEST).read_bytes()).hexdigest()


def read(directory: Path, *, expected: str | None = None) -> dict[str, bytes]:
    """Return the content of every file that the manifest lists, by name; a file it does not list is not read.

    `expected`: the digest that the manifest must have. Raises CorruptModelError when any file is missing or is not the one listed,
    OtherVersionError when the directory has a model without a manifest, and OSError when it has none.
    """
    listed = _listed(directory, expected=expected)
    contents = {}
    for name, recorded in listed.items():
        path = directory / name
        if not path.is_file():
            raise CorruptModelError(f"Le fichier {name} du modèle manque. {REMEDY}")
        content = path.read_bytes()
        actual = hashlib.sha256(content).hexdigest()
        if actual != recorded:
            raise CorruptModelError(
                f"Le fichier {name} n’est pas celui qui a été enregistré : son empreinte sha256 est "
                f"{actual[:16]}, et non {recorded[:16]}. {REMEDY}"
            )
        contents[name] = content
    return contents


def is_complete(directory: Path, name: str) -> bool:
    """Return whether `directory` holds a whole model with a file `name`."""
    try:
        return name in read(directory)
    except (ModelFileError, OSError):
        return False


def _listed(directory: Path, *, expected: str | None) -> dict[str, str]:
    path = directory / MANIFEST
    if not path.exists() and any(directory.iterdir()):
        raise OtherVersionError(
            f"Ce modèle vient d’une autre version de Vigie : son dossier n’a pas de manifeste ({MANIFEST}). {REMEDY}"
        )
    content = path.read_bytes()
    actual = hashlib.sha256(content).hexdigest()
    if expected is not None and actual != expected:
        raise CorruptModelError(
            f"Le manifeste du modèle n’est pas celui qui a été enregistré : son empreinte sha256 est {actual[:16]}, et non "
            f"{expected[:16]}. {REMEDY}"
        )
    try:
        files: dict[str, str] = json.loads(content)["files"]
        # Nothing is read elsewhere than in the directory.
        if any(Path(name).name != name for name in files):
            raise ValueError("a name is a path")
    except (ValueError, LookupError, TypeError) as error:
        raise CorruptModelError(f"{MANIFEST} est illisible. {REMEDY}") from error
    return files
