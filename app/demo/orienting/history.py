"""Two years of needs: all but the last weeks lived in memory, the last weeks through the services, then what waits for each person."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Agent
from app.companies.models import Company
from app.core.database.unit_of_work import unit_of_work
from app.core.now import at, today, utcnow
from app.core.working_days import is_worked
from app.demo.gestures.last_list import ACTOR, identity_of_person
from app.demo.orienting import asking, directory, opinions, waiting
from app.demo.orienting.asking import AskedOnce
from app.demo.orienting.past import Cast, History
from app.demo.orienting.present import LastWeeks, forget_old_mail
from app.referrals.directory.models import Antenne, Expert
from app.referrals.needs.models import CheckVerdict, FirmNeed, Solicitation
from app.referrals.needs.putting import SYSTEM
from app.referrals.quality.checks import services as checks
from app.referrals.reminders import jobs as reminders
from app.referrals.routing.queries import load_directory

#: what is lived through the services
LAST_WEEKS = timedelta(days=14)
#: the team checked what is older: the rest waits for it
UNCHECKED = timedelta(days=8)


def are_done() -> bool:
    """Whether it was lived: what waits for each person is asked last."""
    with unit_of_work(ACTOR) as session:
        return waiting.is_asked(session)


def perform() -> str:
    """Live it, or what is left of it; return a summary sentence."""
    administrator = identity_of_person(directory.ADMINISTRATOR)
    with unit_of_work(ACTOR) as session:
        themes = directory.themes_of(session, administrator)
        asked = asking.draw_asked(session, themes, until=today())
        team_id = session.scalars(select(Agent.id).where(Agent.email == directory.TEAM)).one()
        is_past_written = session.scalar(select(Solicitation.id).limit(1)) is not None
    begins = directory.moment_of(today() - LAST_WEEKS)
    if not is_past_written:
        _live_past([each for each in asked if each.moment < begins], team_id)
    LastWeeks(until=utcnow()).live([each for each in asked if each.moment >= begins])
    _check()
    with unit_of_work(SYSTEM) as session:
        opinions.ask(session)
    _remind()
    forget_old_mail()
    waiting.ask(themes)
    with unit_of_work(ACTOR) as session:
        counts = [
            session.scalar(select(func.count(kind.id))) or 0 for kind in (Solicitation, FirmNeed)
        ]
    return f"{counts[0]} demandes, {counts[1]} besoins"


def _live_past(asked: list[AskedOnce], team_id: int) -> None:
    """All or nothing: what is not committed is lived again."""
    with unit_of_work(SYSTEM) as session, session.no_autoflush:
        whole = select(Expert).options(joinedload(Expert.antenne).joinedload(Antenne.institution))
        experts = {each.id: each for each in session.scalars(whole)}
        # Held here, so that each firm is read once.
        sirens = {each.asked.siren for each in asked}
        firms = session.scalars(select(Company).where(Company.siren.in_(sirens))).all()
        with at(directory.moment_of(today() - directory.SINCE)):
            cards = load_directory(session, SYSTEM)
        cast = Cast(experts=experts, directory=cards, team_id=team_id)
        history = History(session, cast, until=utcnow())
        history.live(asked)
        history.written.flush(session, SYSTEM)
        del firms


def _check() -> None:
    """Have the team find right what was asked in the last weeks, but for the last days."""
    team, before = identity_of_person(directory.TEAM), utcnow() - UNCHECKED
    unchecked = (Solicitation.verdict == CheckVerdict.TO_CHECK, Solicitation.created_at < before)
    with at(before), unit_of_work(team) as session:
        checks.accept(
            session, team, session.scalars(select(Solicitation.id).where(*unchecked)).all()
        )


def _remind() -> None:
    """Remind of what waits as on a working day of last week: the first night of whoever plays would remind of all of it."""
    day = today() - timedelta(days=4)
    while not is_worked(day, department=""):
        day -= timedelta(days=1)
    with at(directory.moment_of(day)):
        reminders.remind()
