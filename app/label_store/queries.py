"""Read the store. Row-level security keeps firms to those who may read them."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.core.access.identity import Identity
from app.detections.models import DetectionList
from app.habilitations.reference.geography import NO_REGION, REGIONS
from app.imports.models import Batch
from app.label_store.models import (
    LabelBuild,
    LabelBuildState,
    LabelCount,
    LabelInterval,
    VerdictLabel,
)
from app.models_registry.models import ModelVersion

REGION_OF = {code: region for region, (_, names) in REGIONS.items() for code in names}
#: buildings that are kept, and told
KEPT = 8


def get_build(session: Session, build_id: int) -> LabelBuild:
    """Return a building by its number."""
    return session.get_one(LabelBuild, build_id)


def find_last(session: Session, *, known_on: date) -> LabelBuild | None:
    """Return the last building asked for of what was known on a day."""
    of_day = select(LabelBuild).where(LabelBuild.known_on == known_on)
    return session.scalar(of_day.order_by(LabelBuild.id.desc()).limit(1))


def list_builds(session: Session) -> Sequence[LabelBuild]:
    """Return the last buildings, done or not, the last asked first."""
    return session.scalars(select(LabelBuild).order_by(LabelBuild.id.desc()).limit(2 * KEPT)).all()


def list_counts(session: Session, build_id: int, *, region: str) -> Sequence[LabelCount]:
    """Return what a building counts of a region, every year."""
    counts = select(LabelCount).where(LabelCount.build_id == build_id, LabelCount.region == region)
    return session.scalars(counts.order_by(LabelCount.year, LabelCount.fate)).all()


def list_regions(session: Session, build_id: int) -> Sequence[LabelCount]:
    """Return what a building learns of each region, every year together."""
    counts = select(LabelCount).where(
        LabelCount.build_id == build_id, LabelCount.year == 0, LabelCount.fate == ""
    )
    return session.scalars(counts.order_by(LabelCount.region)).all()


def list_done(session: Session) -> Sequence[LabelBuild]:
    """Return the buildings that may be read, the last asked first, whatever failed since."""
    done = select(LabelBuild).where(LabelBuild.state == LabelBuildState.DONE)
    return session.scalars(done.order_by(LabelBuild.id.desc()).limit(KEPT)).all()


def find_interval(
    session: Session, _identity: Identity, build_id: int, siren: str
) -> LabelInterval | None:
    """Return what a building says of a firm; `None` when it says nothing, or to whom may not read it."""
    return session.get(LabelInterval, (build_id, siren))


def list_verdicts(
    session: Session, _identity: Identity, siren: str, *, known_on: date
) -> Sequence[VerdictLabel]:
    """Return what the visits of a firm had found, as known on a day, the last first."""
    then = (
        VerdictLabel.known_on <= known_on,
        or_(VerdictLabel.until.is_(None), VerdictLabel.until > known_on),
    )
    of_firm = select(VerdictLabel).where(VerdictLabel.siren == siren, *then)
    order = (VerdictLabel.visited_on.desc(), VerdictLabel.visit_id.desc())
    return session.scalars(of_firm.order_by(*order)).all()  # fmt: skip


def last_published(session: Session) -> datetime | None:
    """Return when a batch or a list last came; the session must act for the system."""
    moments = (
        session.scalar(select(func.max(Batch.published_at))),
        session.scalar(select(func.max(DetectionList.published_at))),
    )
    return max((moment for moment in moments if moment is not None), default=None)


def last_trained(session: Session) -> ModelVersion | None:
    """Return the last model trained."""
    return session.scalar(select(ModelVersion).order_by(ModelVersion.id.desc()).limit(1))


def last_asked(session: Session) -> datetime | None:
    """Return when a building was last asked for, but for those that failed."""
    kept = LabelBuild.state != LabelBuildState.FAILED
    return session.scalar(select(func.max(LabelBuild.created_at)).where(kept))


def region_of(department: object) -> str:
    """Return the code of the region of a département; of an unknown one too."""
    return REGION_OF.get(str(department), NO_REGION)


def region_labels() -> dict[str, str]:
    """Return the name of each region by its code, and of what has none."""
    return {code: label for code, (label, _) in REGIONS.items()} | {
        NO_REGION: "Hors région ou inconnue"
    }
