"""Local accounts: a passphrase, an authentication application, recovery codes, and what their owner types."""

from dataclasses import dataclass

from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.accounts.jobs import write_notice
from app.accounts.local import factors
from app.accounts.models import Administration, Agent, Credential, Passkey
from app.accounts.services import NewAccount, create_agent, store_passphrase
from app.core.access.identity import Role
from app.core.now import utcnow
from app.messages.models import Email
from tests.factories.network import system
from tests.support.client import InspectingClient
from tests.support.documents import parsed

PASSPHRASE = "tournesol vaisselle mandat"


@dataclass(frozen=True)
class Enrolled:
    """What the owner of an account with a second factor holds."""

    secret: str
    codes: list[str]

    def code(self) -> str:
        """What the application shows now."""
        return factors.totp().generate_totp_password(self.secret)


def newcomer(email: str = "nouvelle@exemple.invalid") -> int:
    """An account with a passphrase, no second factor, and nothing signed."""
    account = NewAccount(
        email=email,
        first_name="Nouvelle",
        last_name="Fictif",
        administration=Administration.DIRECCTE,
        roles=(Role.AGENT,),
        password=PASSPHRASE,
    )
    with system() as session:
        return create_agent(session, account).id


def give_passphrase(agent_id: int) -> None:
    """Let an agent of the world sign in by `PASSPHRASE`."""
    with system() as session:
        store_passphrase(session, session.get_one(Agent, agent_id), PASSPHRASE)


def enrol(agent_id: int) -> Enrolled:
    """Give an account an authentication application and its recovery codes."""
    secret = factors.totp().generate_totp_secret()
    with system() as session:
        credential = session.get_one(Credential, agent_id)
        credential.totp_secret, credential.totp_since = secret, utcnow()
        return Enrolled(secret, factors.renew_recovery_codes(session, agent_id))


def local_account(agent_id: int) -> Enrolled:
    """Let an agent of the world sign in by `PASSPHRASE` and a second factor."""
    give_passphrase(agent_id)
    return enrol(agent_id)


def add_passkey(agent_id: int) -> int:
    """A key that no device holds; real ones are tried in a browser."""
    with system() as session:
        passkey = Passkey(
            agent_id=agent_id,
            credential_id=f"clé {agent_id}".encode(),
            public_key=b"",
            sign_count=0,
            label="Téléphone",
        )
        session.add(passkey)
        session.flush()
        return passkey.id


def show_passphrase(
    client: InspectingClient, email: str, passphrase: str = PASSPHRASE, **more: str
) -> TestResponse:
    """Fill in the sign-in page."""
    return client.submit("/connexion", {"email": email, "password": passphrase, **more})


def show_code(client: InspectingClient, page: TestResponse, code: str) -> TestResponse:
    """Fill in the page of the second factor, that the passphrase led to."""
    return client.post("/connexion/second-facteur", data={**hidden(page), "code": code})


def sign_in(client: InspectingClient, email: str, code: str, **more: str) -> TestResponse:
    """Show the passphrase, then ``code``."""
    return show_code(client, show_passphrase(client, email, **more), code)


def hidden(page: TestResponse, action: str = "/connexion/second-facteur") -> dict[str, str]:
    """The hidden fields of the form that goes to ``action``."""
    soup = parsed(page.get_data(as_text=True))
    form = soup.find("form", {"action": action})
    assert form is not None, f"no form to {action} ({page.status_code})"
    return {
        str(field["name"]): str(field.get("value", ""))
        for field in form.find_all("input", {"type": "hidden"})
    }


def told_by_email() -> list[Email]:
    """What the worker would send: the notices asked for, written."""
    pending = text(
        "select args from procrastinate_jobs where task_name = 'accounts:notice' order by id"
    )
    with system() as session:
        asked = session.scalars(pending).all()
    for arguments in asked:
        write_notice(**arguments)
    with system() as session:
        emails = list(session.scalars(select(Email).order_by(Email.id)))
        session.expunge_all()
        return emails
