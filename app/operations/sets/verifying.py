"""Whether a backup is whole and is what its key sealed; read before anything is written or removed."""

import hashlib

from app.core.errors import DomainError
from app.operations.sets import manifest as manifests
from app.operations.sets.keys import BackupKey
from app.operations.sets.manifest import BackupPart, Manifest
from app.operations.sets.sealed import DAMAGED
from app.operations.sets.store import MANIFEST, BackupStore

BLOCK = 1 << 20


def read_manifest(store: BackupStore, name: str, key: BackupKey | None) -> Manifest:
    """The manifest of a backup; raise `DomainError` when it is absent, or when ``key`` did not seal it."""
    try:
        with store.open(name, MANIFEST) as file:
            manifest = manifests.read(file.read(), key)
    except FileNotFoundError:
        raise DomainError(f"Aucune sauvegarde complète dans {store.place}/{name}.") from None
    if manifest.name != name:
        raise DomainError(manifests.CHANGED)
    return manifest


def verify(store: BackupStore, name: str, key: BackupKey) -> Manifest:
    """Read a backup from one end to the other; raise `DomainError` unless each part is as its manifest says."""
    manifest = read_manifest(store, name, key)
    for part in manifest.parts:
        _verify_part(store, name, part)
    return manifest


def _verify_part(store: BackupStore, name: str, part: BackupPart) -> None:
    try:
        if store.size(name, part.name) != part.size:
            raise DomainError(f"{DAMAGED} ({part.name})")
        digest = hashlib.sha256()
        with store.open(name, part.name) as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except FileNotFoundError:
        raise DomainError(f"La sauvegarde est incomplète : {part.name} manque.") from None
    if digest.hexdigest() != part.sha256:
        raise DomainError(f"{DAMAGED} ({part.name})")
