"""Notify the data scientists about a run: a drift holds its list back, or the level of failures moved."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.front.addresses import path_to
from app.core.text.french import date_fr
from app.detections.models import DetectionRun
from app.messages import bell
from app.models_registry.alarms import notify_scientists


def notify_level(session: Session, run: DetectionRun, *, told: str) -> None:
    """Notify that the failures of the latest quarter known left the band of what was predicted."""
    notify_scientists(
        session,
        key=f"level:{run.id}",
        subject="Le niveau des défaillances s’écarte de ce qui est prédit",
        told=f"{told}. La liste est publiée : le classement reste bon, mais les probabilités sont à lire avec "
        "prudence. Lancez un entraînement, et regardez dans sa carte le niveau année par année.",
        path=path_to("detection_runs.drift", run_id=run.id),
    )


def settle_drift(session: Session, *, as_of: date) -> None:
    """A list is published: those of its day and before wait no longer. ``session`` must act for the system."""
    runs = session.scalars(select(DetectionRun.id).where(DetectionRun.as_of <= as_of))
    bell.settle(session, [_held_back(run_id) for run_id in runs])


def _held_back(run_id: int) -> str:
    return f"drift:{run_id}"


def notify_drift(session: Session, run: DetectionRun) -> None:
    """Notify that the list of a run is on hold. ``session`` must act for the system."""
    notify_scientists(
        session,
        key=_held_back(run.id),
        subject="La liste du mois attend : une dérive est au rouge",
        told="Ce que lit le modèle a trop changé depuis son apprentissage : la liste du "
        f"{date_fr(run.as_of)} n’est pas publiée, la précédente reste en place. Regardez ce qui a "
        "bougé, puis autorisez la liste malgré tout, avec un motif, ou corrigez les données et "
        "relancez la détection.",
        path=path_to("detection_runs.drift", run_id=run.id),
    )
