"""The people of the demonstration: obviously fictitious, one for each role in the product."""

import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.commitment import VERSION
from app.accounts.models import Administration, Agent, Commitment
from app.accounts.services import NewAccount, create_agent
from app.core.access.identity import Identity, Nature, Role
from app.core.now import utcnow
from app.habilitations.models import Habilitation, Membership, Network

#: numbers that Arcep keeps for fictions: nobody answers
NOBODYS = "01 99 00"
#: the départements where somebody goes to see firms
VISITED = ("21", "25")
EVERYTHING = tuple(nature.value for nature in Nature)


@dataclass(frozen=True, kw_only=True)
class DemoPerson(NewAccount):
    """A fictitious account, and its habilitation."""

    zone: str | None = None
    networks: tuple[str, ...] = ()
    natures: tuple[str, ...] = EVERYTHING
    #: whether the simulated follow-up has this person visit firms
    visits: bool = False


PEOPLE = (
    DemoPerson(
        email="aline@demo.invalid", first_name="Aline", last_name="Fictif", administration=Administration.DIRECCTE,
        job_title="Commissaire aux restructurations, Côte-d’Or", roles=(Role.AGENT,), zone="21",
        networks=("codefi", "crp"), visits=True,
    ),
    DemoPerson(
        email="bruno@demo.invalid", first_name="Bruno", last_name="Exemple", administration=Administration.DIRECCTE,
        job_title="Chargé de mission, Doubs", roles=(Role.AGENT,), zone="25", networks=("codefi", "crp"), visits=True,
    ),
    DemoPerson(
        email="chantal@demo.invalid", first_name="Chantal", last_name="Modèle", administration=Administration.URSSAF,
        job_title="Correspondante Urssaf", roles=(Role.AGENT, Role.CORRESPONDANT), zone="R27", networks=("codefi", "urssaf"),
        natures=("score", "urssaf"),
    ),
    DemoPerson(
        email="denis@demo.invalid", first_name="Denis", last_name="Imaginaire", administration=Administration.BANQUE_DE_FRANCE,
        job_title="Correspondant Banque de France", roles=(Role.AGENT, Role.CORRESPONDANT), zone="R27",
        networks=("codefi", "banque_de_france"),
        natures=("score", "banque_de_france"),
    ),
    DemoPerson(
        email="ines@demo.invalid", first_name="Inès", last_name="Hypothèse", administration=Administration.DGFIP,
        job_title="Correspondante DGFiP", roles=(Role.AGENT, Role.CORRESPONDANT), zone="R27", networks=("codefi", "dgfip"),
        natures=("score", "comptes_confidentiels"),
    ),
    DemoPerson(
        email="elsa@demo.invalid", first_name="Elsa", last_name="Supposé", administration=Administration.DIRECCTE,
        job_title="Cheffe de service, Bourgogne-Franche-Comté", roles=(Role.AGENT, Role.MANAGER), zone="R27",
        networks=("codefi", "crp"),
    ),
    DemoPerson(
        email="fabien@demo.invalid", first_name="Fabien", last_name="Prétendu", administration=Administration.VIGIE,
        job_title="Administrateur", roles=(Role.ADMINISTRATEUR,),
    ),
    DemoPerson(
        email="gaelle@demo.invalid", first_name="Gaëlle", last_name="Inventé", administration=Administration.VIGIE,
        job_title="Data scientist", roles=(Role.DATA_SCIENTIST,), zone="R27", natures=("score", "urssaf"),
    ),
    DemoPerson(
        email="hugo@demo.invalid", first_name="Hugo", last_name="Feint", administration=Administration.DIRECCTE,
        job_title="Correspondant Direccte", roles=(Role.CORRESPONDANT,),
    ),
    DemoPerson(
        email="helene@demo.invalid", first_name="Hélène", last_name="Virtuel", administration=Administration.VIGIE,
        job_title="Contrôleuse", roles=(Role.CONTROLEUR,),
    ),
    DemoPerson(
        email="odile@demo.invalid", first_name="Odile", last_name="Songe", administration=Administration.VIGIE,
        job_title="Équipe de l’orientation", roles=(Role.ORIENTEUR,),
    ),
    DemoPerson(
        email="pascal@demo.invalid", first_name="Pascal", last_name="Irréel", administration=Administration.VIGIE,
        job_title="Conseiller aux entreprises d’un EPCI", roles=(Role.CONSEILLER,),
    ),
    DemoPerson(
        email="solene@demo.invalid", first_name="Solène", last_name="Rêvée", administration=Administration.VIGIE,
        job_title="Archiviste", roles=(Role.ARCHIVISTE,),
    ),
)  # fmt: skip


def passphrase(home: Path) -> str:
    """Return the passphrase shared by the fictitious accounts, drawn once for each instance."""
    path = home / "secrets" / "demo_passphrase"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(15))
    return path.read_text()


def settle(session: Session, *, password: str, on: date) -> dict[str, int]:
    """Create the missing accounts and renew what has expired; return agent ids by address."""
    ids = {person.email: _account(session, person, password).id for person in PEOPLE}
    validator = ids["fabien@demo.invalid"]
    asked_by = {Administration.DIRECCTE: ids["hugo@demo.invalid"]}
    for person in PEOPLE:
        agent_id = ids[person.email]
        if person.zone is not None and not _is_habilitated(session, agent_id, on):
            session.add(
                Habilitation(
                    agent_id=agent_id, zone_code=person.zone, natures=list(person.natures), function=person.job_title,
                    starts_on=on, ends_on=on + timedelta(days=170), validated_by=validator,
                    requested_by=asked_by.get(person.administration, agent_id),
                )
            )  # fmt: skip
    session.flush()
    return ids


def commit_everyone(session: Session, ids: dict[str, int]) -> None:
    """Sign the commitment for the fictitious people who have not, so that the demonstration opens on its home page."""
    session.add_all(
        Commitment(agent_id=agent_id, version=VERSION)
        for agent_id in ids.values()
        if not accounts.is_committed(session, Identity(agent_id=agent_id, name=""))
    )


def _account(session: Session, person: DemoPerson, password: str) -> Agent:
    account = accounts.find_agent_by_email(session, person.email)
    if account is not None:
        # The demonstration may not have been opened for a long time: its accounts must not be dormant.
        account.reactivated_at, account.suspended_at = utcnow(), None
        return account
    agent = create_agent(session, replace(person, password=password))
    agent.telephone = f"{NOBODYS} {agent.id // 100 % 100:02d} {agent.id % 100:02d}"
    networks = session.scalars(select(Network).where(Network.code.in_(person.networks)))
    session.add_all(Membership(agent_id=agent.id, network_id=network.id) for network in networks)
    session.flush()
    return agent


def _is_habilitated(session: Session, agent_id: int, on: date) -> bool:
    in_force = select(Habilitation.id).where(
        Habilitation.agent_id == agent_id, Habilitation.in_force(on + timedelta(days=1))
    )
    return session.scalar(select(in_force.exists())) or False
