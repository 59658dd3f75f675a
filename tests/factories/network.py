"""Acting as an agent of the world, and what agents do on the network."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.habilitations.models import Network
from app.network import services
from app.network.comments import services as comments
from app.network.models import FeedEvent, FollowLevel
from tests.factories.people import identity


@contextmanager
def working_as(agent_id: int) -> Iterator[tuple[Session, Identity]]:
    """A committed transaction of an agent, with the rights they have now."""
    with unit_of_work(system_identity("tests")) as session:
        who = identity(session, agent_id)
    with unit_of_work(who) as session:
        yield session, who


@contextmanager
def system() -> Iterator[Session]:
    """A committed transaction of the system, that reads everything."""
    with unit_of_work(system_identity("tests")) as session:
        yield session


def network_id(code: str) -> int:
    """Return the id of a network."""
    with system() as session:
        return session.scalars(select(Network.id).where(Network.code == code)).one()


def write_comment(agent_id: int, siren: str, *, to: str, body: str = "Texte de test") -> int:
    """Write a comment to the network ``to``; return its id."""
    audience = network_id(to)
    with working_as(agent_id) as (session, who):
        company = session.get_one(Company, siren)
        comment = comments.write(session, who, company, network_id=audience, body=body)
        return comment.id


def follow(agent_id: int, siren: str, level: FollowLevel = FollowLevel.ALL) -> None:
    """An agent follows a firm."""
    with working_as(agent_id) as (session, who):
        services.follow(session, who, session.get_one(Company, siren), level=level)


def unfollow(agent_id: int, siren: str) -> None:
    """An agent stops following a firm."""
    with working_as(agent_id) as (session, who):
        services.unfollow(session, who, session.get_one(Company, siren))


def last_event() -> int:
    """The number of the last event of the feed."""
    with system() as session:
        return session.scalars(select(FeedEvent.id).order_by(FeedEvent.id.desc()).limit(1)).one()
