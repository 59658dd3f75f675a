"""Planting the standard letter that every instance begins with; once there is one, administrators keep them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.campaigns.letters import FIRST
from app.campaigns.standard.models import LetterVersion, StandardLetter

LABEL = "Premier contact"


def plant(session: Session) -> None:
    """Add it where there is none."""
    if session.scalar(select(StandardLetter.id).limit(1)) is None:
        letter = StandardLetter(label=LABEL)
        session.add(letter)
        session.flush()
        session.add(LetterVersion(letter_id=letter.id, body=FIRST))
        session.flush()
