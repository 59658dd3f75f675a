"""What opens the firms of the world, and who reads them."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import now
from app.core.access.identity import Nature
from app.detections.answers import services as answers
from app.detections.models import HumanSignal, SignalSource
from app.unlocks import queries, services
from app.unlocks.models import Unlock, UnlockScope, UnlockSource
from tests.factories import companies
from tests.factories.network import system, working_as
from tests.factories.people import ALL_NATURES, World

MOTIVE = "Le dirigeant a demandé un rendez-vous"


def unlock(agent_id: int, siren: str, motive: str = MOTIVE) -> int:
    """An agent unlocks a firm; the number of the unlock."""
    with working_as(agent_id) as (session, who):
        company = session.get_one(Company, siren)
        return services.open_unlock(session, who, company, because(motive)).id


def because(motive: str | None = MOTIVE) -> services.Motive:
    """A motive, from inside."""
    return services.Motive(source=UnlockSource.INTERNE, text=motive)


def end_last_unlock(agent_id: int) -> None:
    """An agent ends what they opened last."""
    with working_as(agent_id) as (session, who):
        (last, *_) = queries.page_of_mine(session, who, None).rows
        services.end_unlock(session, who, last)


def indebted(world: World) -> str:
    """The firm of Côte-d’Or that nothing opened, with a debt and a délai; its siren."""
    with system() as session:
        companies.series(session, world.siret_21_quiet, "dette_patronale", [100.0])
        companies.payment_plan(session, world.siret_21_quiet)
    return world.siren_21_quiet


#: what is asked at once of all firms
AT_ONCE = "select firm, readable from vigie_readable_among(array(select siren from company))"


def reads(agent_id: int, siren: str) -> list[str]:
    """The natures of a firm that somebody reads; what the firm's page, the tables, each firm and all at once say agree."""
    with working_as(agent_id) as (session, _):
        said = list(session.get_one(Company, siren).readable)
        shown = session.scalars(
            text(f"select siren from company_series where nature = 'urssaf' and siren = '{siren}'")
        ).all()
        plans = session.scalars(text(f"select siren from payment_plan where siren = '{siren}'"))
        assert bool(shown) == bool(plans.all()) == (Nature.URSSAF in said)
        assert said == _one_by_one(session, siren)
        every = dict(session.execute(text(AT_ONCE)).all())  # type: ignore[arg-type]
        assert every.pop(siren) == said
        for other, natures in every.items():
            assert natures == _one_by_one(session, other), other
        return said


def _one_by_one(session: Session, siren: str) -> list[str]:
    """The natures of a firm that the rule gives, asked of each."""
    asked = text(
        "select n from unnest(:natures ::text[]) n where vigie_reads(:siren, n) order by n"
    )
    return list(session.scalars(asked, {"siren": siren, "natures": ALL_NATURES}))


def flag(agent_id: int, siren: str, comment: str = MOTIVE) -> None:
    """An agent flags a firm."""
    with working_as(agent_id) as (session, who):
        firm = session.get_one(Company, siren)
        answers.flag_firm(session, who, firm, source=SignalSource.DIRIGEANT, comment=comment)


def flagged(agent_id: int, siren: str, *, days_ago: int) -> None:
    """What an agent flagged some time ago."""
    then = now.utcnow() - timedelta(days=days_ago)
    said = {"siren": siren, "departments": ["21"]}
    with system() as session:
        unlock = Unlock(
            agent_id=agent_id, network_id=1, scope=UnlockScope.ZONE, source=UnlockSource.INTERNE, motive=MOTIVE,
            opened_at=then, expires_at=then + timedelta(days=30), **said,
        )  # fmt: skip
        session.add(unlock)
        session.flush()
        session.add(
            HumanSignal(
                author_id=agent_id, source=SignalSource.DIRIGEANT, comment=MOTIVE, unlock_id=unlock.id,
                created_at=then, **said,
            )
        )  # fmt: skip
