"""E-mails of any kind, at any moment of their life."""

from datetime import timedelta

from sqlalchemy import update

from app.core.now import utcnow
from app.messages.letters import Letter, Link, Part
from app.messages.models import Email
from app.messages.outbox import LEASE, post
from tests.factories.network import system


def write_email(agent_id: int, *, key: str = "essai") -> int:
    """An e-mail to send; its number."""
    letter = Letter(
        subject="Un essai",
        parts=[Part(text="Texte-du-courriel")],
        action=Link(label="Voir", url="http://x"),
    )
    with system() as session:
        number = post(session, agent_id=agent_id, key=key, letter=letter)
    assert number is not None
    return number


def make_due(number: int) -> None:
    """The time of the next attempt has come."""
    _change(number, due_at=utcnow())


def forget_attempt(number: int) -> None:
    """The attempt that is going on began too long ago to end."""
    _change(number, attempted_at=utcnow() - LEASE - timedelta(seconds=1))


def fail(number: int, attempts: int) -> None:
    """It was refused so many times already."""
    _change(number, attempts=attempts, due_at=utcnow(), trouble="Le serveur est injoignable.")


def give_up(number: int) -> int:
    """Vigie stopped trying; its number again."""
    _change(number, due_at=None, given_up_at=utcnow(), trouble="Le serveur est injoignable.")
    return number


def _change(number: int, **values: object) -> None:
    with system() as session:
        session.execute(update(Email).where(Email.id == number).values(**values))
