"""The place of the instance: its disk, the rights of its files, its backups."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from app.core.now import utcnow
from app.core.text.french import size_fr
from app.operations import queries
from app.operations.checks.findings import InstanceFinding, Looked, blocking, to_know, unsafe
from app.operations.watch.judgements import LEAST_FREE


def check_home(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether the instance may write where it lives, alone, with room left."""
    home = looked.config.home
    if not os.access(home, os.W_OK | os.X_OK):
        yield blocking(
            f"{home} ne peut pas être écrit par ce compte.", "Donnez-le au compte qui lance Vigie."
        )
        return
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE:
        yield unsafe(
            f"Il reste {size_fr(free)} sur le disque de {home}.",
            f"Libérez de la place : une importation ou un apprentissage en demande {size_fr(LEAST_FREE)}.",
        )
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & 0o066:
        yield unsafe(
            f"{home} est ouvert à d’autres comptes de la machine ({mode:04o}).",
            f"chmod 0700 {home}",
        )


def check_backups(looked: Looked) -> Iterator[InstanceFinding]:
    """Whether a backup is made elsewhere than on the disk that it saves, and lately."""
    config = looked.config
    if config.backup_to is None:
        say = blocking if config.production else to_know
        yield say(
            "Aucune sauvegarde n’est faite : VIGIE_BACKUP_TO n’est pas défini.",
            "Montez un disque d’une autre machine et nommez-le (docs/operations.md, « Backup »).",
        )
        return
    yield from _place_of_backups(config.home, config.backup_to)
    made_at = queries.find_last_moment(looked.session)
    if made_at is None:
        yield unsafe(
            "Aucune sauvegarde n’a encore réussi.", "flask --app wsgi instance backup, puis instance restore ailleurs."
        )  # fmt: skip
    elif utcnow() - made_at > timedelta(hours=config.backup_hours):
        yield unsafe(
            f"La dernière sauvegarde a plus de {config.backup_hours} heures.",
            "Regardez /sauvegardes et le journal du worker ; flask --app wsgi instance backup.",
        )


def _place_of_backups(home: Path, place: Path) -> Iterator[InstanceFinding]:
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        yield blocking(
            f"{place}, où vont les sauvegardes, n’existe pas ou ne peut pas être écrit.",
            "Montez le disque, et donnez ce dossier au compte qui lance Vigie.",
        )
    elif place.stat().st_dev == home.stat().st_dev:
        yield unsafe(
            f"Les sauvegardes de {place} sont sur le même disque que l’instance.",
            "Un disque perdu emporterait les deux : montez celui d’une autre machine.",
        )
