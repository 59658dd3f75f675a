"""What the page of backups says: what is late and what to do, then each backup and each drill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.now import utcnow
from app.core.text.french import datetime_fr, number_fr, size_fr
from app.operations.models import Backup, BackupState, Drill, DrillState
from app.operations.watch.judgements import DRILL_EVERY

KINDS = {
    BackupState.KEPT: "success", BackupState.REMOVED: "info", BackupState.FAILED: "error",
    DrillState.WAITING: "info", DrillState.RUNNING: "info", DrillState.PASSED: "success", DrillState.FAILED: "error",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ServiceStanding:
    """Where the service stands: ``kind`` of the notice, what is said, what to do."""

    kind: str
    title: str
    told: str


def standings(
    moment: datetime | None, proof: Drill | None, last: Drill | None, *, hours: int, place: str | None
) -> list[ServiceStanding]:  # fmt: skip
    """What is late or failed, worst first; one reassuring line when nothing is."""
    found = [_of_backups(moment, hours=hours, place=place), _of_drills(moment, proof, last)]
    wrong = [standing for standing in found if standing is not None]
    if wrong or moment is None or proof is None:
        return wrong
    return [
        ServiceStanding(
            kind="success",
            title="Le service peut être rétabli",
            told=f"La dernière sauvegarde est du {datetime_fr(moment)} ; la dernière vérification a remis le service en marche en"
            f" {lasting(proof.seconds)}.",
        )
    ]


def _of_backups(
    moment: datetime | None, *, hours: int, place: str | None
) -> ServiceStanding | None:
    if moment is not None and utcnow() - moment <= timedelta(hours=hours):
        return None
    todo = (
        f"Lancez « flask --app wsgi instance backup » et lisez ce qu’elle répond ; vérifiez que {place} est monté et a de la place."
        if place
        else "Choisissez où garder les sauvegardes (VIGIE_BACKUP_TO), sur un autre disque, puis relancez les processus."
    )
    if moment is None:
        return ServiceStanding(
            kind="error", title="Aucune sauvegarde n’a encore été faite", told=todo
        )
    since = f"La dernière sauvegarde entière est du {datetime_fr(moment)}, il y a plus de {hours} heures."
    return ServiceStanding(
        kind="error", title="La sauvegarde est en retard", told=f"{since} {todo}"
    )


def _of_drills(
    moment: datetime | None, proof: Drill | None, last: Drill | None
) -> ServiceStanding | None:
    if last is not None and last.state is DrillState.FAILED:
        return ServiceStanding(
            kind="error",
            title="La dernière vérification a échoué",
            told="Rien ne prouve que la dernière sauvegarde se restaure. Lisez ci-dessous ce qui a manqué, corrigez, puis"
            " lancez une vérification.",
        )
    if moment is None or (proof and proof.ended_at and utcnow() - proof.ended_at <= DRILL_EVERY):
        return None
    return ServiceStanding(
        kind="warning",
        title="Aucune vérification récente",
        told=f"Aucune sauvegarde n’a été restaurée avec succès depuis {DRILL_EVERY.days} jours. Lancez une vérification ; si rien"
        " ne vient, le worker est arrêté.",
    )


def lasting(seconds: float | None) -> str:
    """``42 s``, ``3 min 20 s``."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{number_fr(seconds, 1)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{number_fr(minutes)} min {rest:02d} s"


def backup_rows(backups: Sequence[Backup]) -> list[dict[str, object]]:
    """The lines of the table of backups."""
    return [
        {
            "moment": datetime_fr(backup.made_at or backup.started_at),
            "state": backup.state.label,
            "kind": KINDS[backup.state],
            "size": "–" if backup.size is None else size_fr(backup.size),
            "rows": number_fr(backup.rows),
            "files": number_fr(backup.files),
            "seconds": lasting(backup.seconds),
            "place": backup.trouble or f"{backup.place}/{backup.name}",
        }
        for backup in backups
    ]


def drill_rows(drills: Sequence[Drill]) -> list[dict[str, object]]:
    """The lines of the table of drills."""
    return [
        {
            "id": drill.id,
            "moment": datetime_fr(drill.asked_at),
            "state": drill.state.label,
            "kind": KINDS[drill.state],
            "backup": datetime_fr(drill.made_at),
            "age": _age(drill),
            "seconds": lasting(drill.seconds),
        }
        for drill in drills
    ]


def _age(drill: Drill) -> str:
    """How old the backup was when it was needed: what would have been lost."""
    if drill.made_at is None or drill.started_at is None:
        return "–"
    hours = (drill.started_at - drill.made_at).total_seconds() / 3600
    return f"{number_fr(max(hours, 0), 1)} h"
