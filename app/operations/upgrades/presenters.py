"""What an operator reads of an upgrade to come: one sentence a line."""

from collections.abc import Iterator
from datetime import datetime

from app.core.maintenance import gate
from app.core.now import utcnow
from app.core.text.french import datetime_fr, number_fr, size_fr
from app.operations.upgrades.planning import DiskNeed, UpgradePlan

NEVER = "Aucune sauvegarde dans ce lieu : la mise à jour en fera une avant de rien changer."
UP_TO_DATE = "Rien à faire : les tables sont celles de cette version (migration {})."


def sentences(plan: UpgradePlan) -> Iterator[str]:
    """What would be done, then what stands against it."""
    if not plan.migrations:
        yield UP_TO_DATE.format(plan.former)
        return
    yield f"De la migration {plan.former} à {gate.VERSION}, {number_fr(len(plan.migrations))} à faire, en une transaction :"
    for number, title in plan.migrations:
        yield f"  {number}  {title}"
    yield NEVER if plan.backup is None else _last(*plan.backup)
    yield from map(_room, plan.disks)
    for name, count in plan.unknown_tasks:
        yield f"{number_fr(count)} tâche « {name} » attend, inconnue de cette version : elle finira en échec, et restera dans la file."
    yield from (f"✗ {told}" for told in plan.against)
    yield "Rien n’a été touché." if plan.against else "Rien ne s’y oppose ; rien n’a été touché."


def _last(name: str, moment: datetime) -> str:
    hours = (utcnow() - moment).total_seconds() / 3600
    return f"Dernière sauvegarde : {name}, du {datetime_fr(moment)}, il y a {number_fr(hours, 1)} h ; une autre sera faite."


def _room(disk: DiskNeed) -> str:
    free = "sur le serveur de la base" if disk.free is None else f"{size_fr(disk.free)} libres"
    return f"Place, {disk.name.lower()} : {size_fr(disk.needed)} à prévoir, {free}."
