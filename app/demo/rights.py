"""What two years of follow-up do not fill: a request, a right about to end, an expired one, a dormant account, a review, a view."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Administration, Agent
from app.accounts.queries import find_agent, find_agent_by_email
from app.accounts.services import NewAccount, create_agent
from app.core.access.identity import Identity, Nature, Role, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.now import today, utcnow
from app.habilitations import reach
from app.habilitations.models import Habilitation, HabilitationRequest
from app.habilitations.queries import identity_of, list_audiences
from app.habilitations.requests import services
from app.habilitations.requests.services import RequestedRights
from app.habilitations.reviews import services as reviews
from app.habilitations.roles import services as roles
from app.habilitations.roles.models import RoleRequest
from app.watching import queries as views
from app.watching import services as watching

#: far enough ahead for nobody to lose their rights in the middle of a demonstration
REVIEWED_WITHIN = timedelta(days=60)
CORRESPONDENT, ADMINISTRATOR, READER, DEPUTY = (
    f"{name}@demo.invalid" for name in ("hugo", "fabien", "aline", "bruno")
)
#: the filters and the order of the view that the reader keeps
VIEW = "niveau=elevee&tri=dette&sens=decroissant"


def _agent(name: str, last_name: str, title: str) -> NewAccount:
    return NewAccount(
        email=f"{name.lower()}@demo.invalid", first_name=name, last_name=last_name, job_title=title,
        administration=Administration.DIRECCTE, roles=(Role.AGENT,),
    )  # fmt: skip


#: these accounts have no passphrase: their rights are shown, nobody signs in with them
NEWCOMER = _agent("Jules", "Factice", "Chargé de mission, Jura")
LEAVING = _agent("Karine", "Simulée", "Chargée de mission, Nièvre")
GONE = _agent("Louis", "Chimère", "Chargé de mission, Yonne")
SLEEPER = _agent("Mona", "Mirage", "Chargée de mission, Haute-Saône")


def show(actor: Identity) -> str:
    """Add what is missing, then open a review if none is open; return a summary sentence."""
    day = today()
    with unit_of_work(actor) as session:
        newcomer = _account(session, NEWCOMER).id
        _right(
            session,
            LEAVING,
            zone="58",
            starts_on=day - timedelta(days=165),
            ends_on=day + timedelta(days=10),
        )
        _right(
            session,
            GONE,
            zone="89",
            starts_on=day - timedelta(days=190),
            ends_on=day - timedelta(days=15),
        )
        sleeper = _right(
            session,
            SLEEPER,
            zone="70",
            starts_on=day - timedelta(days=100),
            ends_on=day + timedelta(days=70),
        )
        sleeper.created_at = utcnow() - timedelta(days=100)
        correspondent = _identity(session, CORRESPONDENT)
        administrator = _identity(session, ADMINISTRATOR)
    with unit_of_work(correspondent) as session:
        _ask(session, correspondent, newcomer)
    with unit_of_work(administrator) as session:
        _ask_role(session, administrator)
        if reviews.find_open(session) is None:
            reviews.open_campaign(session, administrator, due_on=day + REVIEWED_WITHIN)
    _save_view()
    return "une demande, un rôle à décider, une fin proche, une fin passée, un compte endormi, une revue, une vue"


def _save_view() -> None:
    """A view of an agent, shared with her network."""
    with unit_of_work(system_identity("Démonstration")) as session:
        reader = _identity(session, READER)
    with unit_of_work(reader) as session:
        if views.slice_of_views(session, reader, size=1).rows:
            return
        network = next(n.id for n in list_audiences(session, reader) if not n.is_codefi)
        watching.save(
            session, reader, name="Élevées, les plus endettées", query=VIEW, network_id=network
        )


def _ask(session: Session, correspondent: Identity, agent_id: int) -> None:
    requests = select(HabilitationRequest.id).where(HabilitationRequest.agent_id == agent_id)
    agent = find_agent(session, agent_id)
    if agent is None or session.scalar(requests.limit(1)) is not None:
        return
    requested = RequestedRights(
        zone="39", natures=(Nature.SCORE, Nature.URSSAF), function=agent.job_title,
        reason="Prise de poste", networks=("codefi", "crp"),
    )  # fmt: skip
    services.ask(session, correspondent, agent, requested)


def _ask_role(session: Session, administrator: Identity) -> None:
    """An agent who would also be a correspondant: that of his administration and the contrôleuse may decide."""
    if session.scalar(select(RoleRequest.id).limit(1)) is not None:
        return
    agent = _get_agent(session, DEPUTY)
    wanted = {*reach.list_roles(session, agent), Role.CORRESPONDANT}
    reason = "Supplée le correspondant de la Direccte pendant ses congés"
    roles.set_roles(session, administrator, agent, wanted, reason=reason)


def _right(
    session: Session, account: NewAccount, *, zone: str, starts_on: date, ends_on: date
) -> Agent:
    """Return the account, given a right on these days if it never had one."""
    agent = _account(session, account)
    existing = select(Habilitation.id).where(Habilitation.agent_id == agent.id).limit(1)
    if session.scalar(existing) is None:
        session.add(
            Habilitation(
                agent_id=agent.id, zone_code=zone, natures=[Nature.SCORE, Nature.URSSAF], function=account.job_title,
                starts_on=starts_on, ends_on=ends_on, requested_by=_get_agent(session, CORRESPONDENT).id,
                validated_by=_get_agent(session, ADMINISTRATOR).id,
            )
        )  # fmt: skip
    session.flush()
    return agent


def _account(session: Session, account: NewAccount) -> Agent:
    return find_agent_by_email(session, account.email) or create_agent(session, account)


def _identity(session: Session, email: str) -> Identity:
    return identity_of(session, _get_agent(session, email))


def _get_agent(session: Session, email: str) -> Agent:
    agent = find_agent_by_email(session, email)
    if agent is None:
        raise DomainError(f"Le compte {email} manque à la démonstration.")
    return agent
