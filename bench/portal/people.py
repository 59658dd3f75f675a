"""Who uses the portal of the bench: managers of France, agents of a département, and the followers of some firms."""

from sqlalchemy import select, text

from app.accounts.local import factors
from app.accounts.models import Administration, Agent, Credential
from app.accounts.services import NewAccount, create_agent, store_passphrase
from app.core.access.identity import Role
from app.core.now import utcnow
from tests.factories.network import system
from tests.factories.people import Grants

#: the département of the agents, which holds the largest town of the generated country
DEPARTMENT = "21"
#: the circle of readers of the comments
NETWORK = "crp"
#: how many sign in, of each kind, and how many follow each of so many firms
READERS, FOLLOWERS, FOLLOWED = 16, 50, 200
#: of every invented person
PASSPHRASE = "tournesol vaisselle mandat"  # noqa: S105 - opens nothing but the instances of the bench
#: begins the addresses of each kind
MANAGER, AGENT, FOLLOWER = "pays", "agent", "suiveur"

# Authors would follow what they write about, and be told of each other: they asked not to be.
FOLLOWS = """
with firm as (select e.siren from detection_entry e where e.department = :department order by md5(e.siren) limit :firms),
person as (select id, email like :followers as follows from agent where email like :followers or email like :authors)
insert into follow (agent_id, siren, level, created_at)
select id, siren, case when follows then 'all' else 'nothing' end, now() from firm, person
"""


def settle(*, readers: int = READERS, followers: int = FOLLOWERS) -> None:
    """Create them all; those who sign in get a passphrase and an application for codes."""
    with system() as session:
        account = NewAccount(
            email="validation@exemple.invalid",
            first_name="Validation",
            last_name="Fictif",
            administration=Administration.VIGIE,
            job_title="Valide les droits",
            roles=(Role.CORRESPONDANT,),
        )
        grants = Grants(session, create_agent(session, account))
        networks = ["codefi", NETWORK]
        both = [Role.AGENT, Role.MANAGER]
        where = {"administration": Administration.DIRECCTE, "networks": networks}
        entering = [
            grants.agent(f"{kind}-{number:02d}", roles=roles, zone=zone, **where)  # type: ignore[arg-type]
            for kind, roles, zone in ((MANAGER, both, "FR"), (AGENT, [Role.AGENT], DEPARTMENT))
            for number in range(1, readers + 1)
        ]
        for number in range(1, followers + 1):
            name = f"{FOLLOWER}-{number:02d}"
            grants.agent(name, roles=[Role.AGENT], zone=DEPARTMENT, **where)  # type: ignore[arg-type]
    for agent_id in entering:
        _let_in(agent_id)


def _let_in(agent_id: int) -> None:
    """Give a passphrase and an application for codes."""
    with system() as session:
        store_passphrase(session, session.get_one(Agent, agent_id), PASSPHRASE)
        credential = session.get_one(Credential, agent_id)
        credential.totp_secret, credential.totp_since = (
            factors.totp().generate_totp_secret(),
            utcnow(),
        )


def follow() -> None:
    """Have the followers follow firms of the list, and the authors only know of them."""
    values = {"department": DEPARTMENT, "firms": FOLLOWED}
    with system() as session:
        session.execute(
            text(FOLLOWS), {**values, "followers": f"{FOLLOWER}-%", "authors": f"{AGENT}-%"}
        )


def secrets_of(kind: str) -> dict[str, str]:
    """The secret of the application of each person of a kind, by address."""
    statement = select(Agent.email, Credential.totp_secret).join(
        Credential, Credential.agent_id == Agent.id
    )
    with system() as session:
        rows = session.execute(
            statement.where(Agent.email.like(f"{kind}-%")).order_by(Agent.email)
        ).all()
    return {email: str(secret) for email, secret in rows}
