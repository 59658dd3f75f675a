"""Centre-Val de Loire about to open: every point of its checklist is there but the covered communes of one subject."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.now import today, utcnow
from app.messages.models import Email
from app.referrals.areas.gazetteer import Area, gazetteer
from app.referrals.directory import queries
from app.referrals.directory.antennes import services as antennes
from app.referrals.directory.subjects import services as subjects
from app.referrals.openings import services
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import add_antenne, add_expert, subject_ids

REGION = "R24"


def region() -> Area:
    """The region that opens."""
    found = gazetteer().find(REGION)
    assert found is not None
    return found


def plant_ready(
    world: World, *, lacking: int = 0, areas: Sequence[str] = (REGION,)
) -> dict[str, int]:
    """An antenne of the region that Alice keeps, whose expert treats every subject but the last ``lacking``; the last resort named."""
    treated = subject_ids()[: -lacking or None]
    antenne_id = add_antenne(
        world.admin, institution="Institut d’essai", name="Antenne d’essai", areas=list(areas), verified_on=today()
    )  # fmt: skip
    with working_as(world.admin) as (session, who):
        antenne = queries.get_antenne(session, who, antenne_id)
        antennes.set_managers(session, who, antenne, ["alice@exemple.invalid"])
    expert_id = add_expert(
        world.admin, antenne_id, name="Camille Essai", subject_id=treated[0],
        services=dict.fromkeys(treated, "Un conseil"), verified_on=today(),
    )  # fmt: skip
    with working_as(world.admin) as (session, who):
        expert = queries.get_expert(session, who, expert_id)
        subjects.add_fallback(session, who, expert=expert, subject_id=None, area=REGION)
    return {"antenne_id": antenne_id, "expert_id": expert_id}


def try_mail(world: World, *, is_sent: bool) -> None:
    """A test e-mail, that the server took or not yet."""
    with working_as(world.team) as (session, who):
        services.try_mail(session, who, region())
    if is_sent:
        with system() as session:
            for email in session.scalars(select(Email).where(Email.sent_at.is_(None))):
                email.sent_at, email.due_at = utcnow(), None


def open_region(world: World, reason: str = "Tout est prêt") -> int:
    """Open the region."""
    with working_as(world.team) as (session, who):
        return services.decide(session, who, region(), is_open=True, reason=reason).id
