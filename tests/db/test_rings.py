"""The third ring, seen from the application's role: no context, no row."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.scope import acting_as
from tests.factories.people import World, identity


def test_without_identity_no_firm_is_read(world: World, session: Session) -> None:
    assert session.scalars(select(Company)).all() == []


def test_a_habilitated_agent_reads_public_identity_everywhere(
    world: World, session: Session
) -> None:
    alice = identity(session, world.alice)
    session.rollback()
    with acting_as(alice):
        assert len(session.scalars(select(Company)).all()) == 3
        session.rollback()


def test_the_application_cannot_rewrite_the_journal(world: World, session: Session) -> None:
    with pytest.raises(Exception, match="permission denied"):
        session.execute(text("update journal set actor_name = 'x'"))
