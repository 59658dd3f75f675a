"""A small world: people of several administrations, three firms, habilitations. Names are obviously fictional."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.commitment import VERSION
from app.accounts.models import Administration, Agent, Commitment
from app.accounts.services import NewAccount, create_agent
from app.companies.models import Company, CompanyAlert, Establishment, ProcedureStatus
from app.core.access.elevation import reading_as_system
from app.core.access.identity import Identity, Nature, Role
from app.core.access.rows import acting_as
from app.core.now import today
from app.habilitations.models import Habilitation, Membership, Network
from app.habilitations.queries import identity_of
from app.referrals.openings.models import RegionDecision

VALIDATOR = "validation@exemple.invalid"
ALL_NATURES = [nature.value for nature in Nature]


@dataclass(frozen=True, kw_only=True)
class World:
    """Agents by part, as ids; firms by département. `siren_21` was in alert, `siren_21_quiet` never was."""

    alice: int  # Direccte, Côte-d’Or: the owner in most tests
    bob: int  # Urssaf, Côte-d’Or: the colleague of another network
    carol: int  # Direccte, Côte-d’Or: the colleague of the same network
    stranger: int  # Direccte, Paris
    manager: int  # Direccte, Bourgogne-Franche-Comté
    admin: int  # no habilitation: sees no firm
    scientist: int
    controller: int
    correspondent: int  # Direccte: manages the rights of their administration, reads no firm
    correspondent_urssaf: int
    team: int  # the team of the orientation: reads every need, no firm
    adviser: int  # files a need for a firm, and nothing else
    archivist: int  # gives the visa of the archives, and nothing else
    siren_21: str = "100000009"
    siret_21: str = "10000000900008"
    siren_21_quiet: str = "200000008"
    siret_21_quiet: str = "20000000800007"
    siren_75: str = "300000007"
    siret_75: str = "30000000700006"


def build_world(session: Session) -> World:
    """Write the world in the transaction of ``session``, which must act for the system."""
    validator = _agent(session, "validation", Administration.VIGIE, [Role.CORRESPONDANT])
    grant = Grants(session, validator)
    world = World(
        alice=grant.agent(
            "alice", Administration.DIRECCTE, [Role.AGENT], zone="21", networks=["codefi", "crp"]
        ),
        bob=grant.agent(
            "bob", Administration.URSSAF, [Role.AGENT], zone="21", networks=["codefi", "urssaf"]
        ),
        carol=grant.agent(
            "carol", Administration.DIRECCTE, [Role.AGENT], zone="21", networks=["codefi", "crp"]
        ),
        stranger=grant.agent(
            "etranger", Administration.DIRECCTE, [Role.AGENT], zone="75", networks=["codefi", "crp"]
        ),
        manager=grant.agent(
            "direction",
            Administration.DIRECCTE,
            [Role.AGENT, Role.MANAGER],
            zone="R27",
            networks=["codefi", "crp"],
        ),
        admin=grant.agent("administration", Administration.VIGIE, [Role.ADMINISTRATEUR]),
        scientist=grant.agent("science", Administration.VIGIE, [Role.DATA_SCIENTIST]),
        controller=grant.agent("controle", Administration.VIGIE, [Role.CONTROLEUR]),
        correspondent=grant.agent("correspondance", Administration.DIRECCTE, [Role.CORRESPONDANT]),
        correspondent_urssaf=grant.agent(
            "correspondance-urssaf", Administration.URSSAF, [Role.CORRESPONDANT]
        ),
        team=grant.agent("orientation", Administration.VIGIE, [Role.ORIENTEUR]),
        adviser=grant.agent("conseil", Administration.VIGIE, [Role.CONSEILLER]),
        archivist=grant.agent("archives", Administration.VIGIE, [Role.ARCHIVISTE]),
    )
    _firm(session, world.siren_21, world.siret_21, "21", "Forges fictives de Dijon", in_alert=True)
    _firm(
        session,
        world.siren_21_quiet,
        world.siret_21_quiet,
        "21",
        "Tissages paisibles de Beaune",
        in_alert=False,
    )
    _firm(
        session,
        world.siren_75,
        world.siret_75,
        "75",
        "Ateliers imaginaires de Paris",
        in_alert=True,
    )
    # The guichet of Bourgogne-Franche-Comté is open; the other regions are not.
    session.add(
        RegionDecision(region="R27", is_open=True, reason="Région d’essai", decided_by=world.team)
    )
    session.flush()
    return world


@dataclass(frozen=True)
class Grants:
    """Creates agents with a commitment signed and, if a zone is named, a habilitation in force."""

    session: Session
    validator: Agent

    def agent(
        self, name: str, administration: Administration, roles: list[Role], *, zone: str | None = None,
        networks: list[str] | None = None, natures: list[str] | None = None,
    ) -> int:  # fmt: skip
        """The id of a new agent."""
        agent = _agent(self.session, name, administration, roles)
        self.session.add(Commitment(agent_id=agent.id, version=VERSION))
        for network in self.session.scalars(
            select(Network).where(Network.code.in_(networks or []))
        ):
            self.session.add(Membership(agent_id=agent.id, network_id=network.id))
        if zone is not None:
            day = today()
            self.session.add(
                Habilitation(
                    agent_id=agent.id, zone_code=zone, natures=ALL_NATURES if natures is None else natures, function="test",
                    starts_on=day - timedelta(days=1), ends_on=day + timedelta(days=150),
                    requested_by=agent.id, validated_by=self.validator.id,
                )
            )  # fmt: skip
        self.session.flush()
        return agent.id


def newcomer(
    session: Session, name: str, *, natures: dict[str, list[Nature]], networks: Sequence[str] = ("codefi", "crp"),
    roles: Sequence[Role] = (Role.AGENT,),
) -> int:  # fmt: skip
    """One more person, with a habilitation for each zone and its natures; the session must act for the system."""
    validator = session.scalars(select(Agent).where(Agent.email == VALIDATOR)).one()
    agent_id = Grants(session, validator).agent(
        name, Administration.DIRECCTE, list(roles), networks=list(networks)
    )
    day = today()
    session.add_all(
        Habilitation(
            agent_id=agent_id, zone_code=zone, natures=[nature.value for nature in held], function="test",
            starts_on=day - timedelta(days=1), ends_on=day + timedelta(days=150),
            requested_by=agent_id, validated_by=validator.id,
        )
        for zone, held in natures.items()
    )  # fmt: skip
    session.flush()
    return agent_id


def two_zones(session: Session) -> int:
    """Dora, of two habilitations: she reads the score and Urssaf in Côte-d’Or, the score only in Paris."""
    return newcomer(
        session, "dora", natures={"21": [Nature.SCORE, Nature.URSSAF], "75": [Nature.SCORE]}
    )


def identity(session: Session, agent_id: int) -> Identity:
    """The identity of an agent of the world, as the web would build it."""
    with reading_as_system(session, reason="tests"):
        agent = session.get(Agent, agent_id)
        assert agent is not None
        return identity_of(session, agent)


@contextmanager
def reading_as(session: Session, agent_id: int) -> Iterator[Identity]:
    """A transaction of somebody, undone at the end."""
    who = identity(session, agent_id)
    session.rollback()
    with acting_as(who):
        yield who
        session.rollback()


def read(session: Session, agent_id: int, table: str, which: str = "true") -> set[str]:
    """The sirens of the rows of a table that somebody reads."""
    with reading_as(session, agent_id):
        return set(session.scalars(text(f"select siren from {table} where {which}")))


def lacking(who: Identity, *natures: Nature) -> Identity:
    """The same person without some natures."""
    kept = {nature: codes for nature, codes in who.zones.items() if nature not in natures}
    return replace(who, zones=kept)


def _agent(session: Session, name: str, administration: Administration, roles: list[Role]) -> Agent:
    account = NewAccount(
        email=f"{name}@exemple.invalid",
        first_name=name.capitalize(),
        last_name="Fictif",
        administration=administration,
        job_title="Agent de test",
        roles=tuple(roles),
    )
    return create_agent(session, account)


def _firm(
    session: Session, siren: str, siret: str, department: str, name: str, *, in_alert: bool
) -> None:
    session.add(
        Company(
            siren=siren, name=name, name_sort=name.upper(), legal_category="5710", naf="25.50A", created_on=date(2001, 2, 3),
            is_active=True, department=department, departments=[department], commune="Ville fictive", workforce=42.0,
            workforce_month=date(2026, 7, 1), procedure_status=ProcedureStatus.IN_BONIS, in_perimeter=True,
        )
    )  # fmt: skip
    if in_alert:
        session.add(CompanyAlert(siren=siren, first_on=date(2026, 1, 1)))
    session.add(
        Establishment(
            siret=siret, siren=siren, is_head_office=True, address="1 rue de l’Exemple", postal_code=f"{department}000",
            commune="Ville fictive", commune_code=f"{department}001", department=department, naf="25.50A",
            created_on=date(2001, 2, 3), is_active=True,
        )
    )  # fmt: skip
