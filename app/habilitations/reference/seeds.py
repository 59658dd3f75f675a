"""The départements, the zones a habilitation can cover, and the partners' networks."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import Administration
from app.habilitations.models import Department, Network, Zone, ZoneKind
from app.habilitations.reference.geography import (
    COLLECTIVITIES,
    CUSTOM,
    DEPARTMENTS,
    FORMER_REGIONS,
    NO_REGION,
    REGIONS,
)

#: code, label, whose it is: CODEFI is everybody's
NETWORKS = (
    ("codefi", "CODEFI", None),
    ("crp", "Direccte", Administration.DIRECCTE),
    ("urssaf", "Urssaf", Administration.URSSAF),
    ("banque_de_france", "Banque de France", Administration.BANQUE_DE_FRANCE),
    ("dgfip", "DGFiP", Administration.DGFIP),
    ("dge", "DGE", Administration.DGE),
)


def plant(session: Session) -> None:
    """Add the missing départements, zones and networks; existing zones are updated to cover what this code says."""
    session.execute(insert(Department).on_conflict_do_nothing(), list(_departments()))
    existing = {zone.code: zone for zone in session.scalars(select(Zone))}
    for zone in _zones():
        if zone.code not in existing:
            session.add(zone)
        elif existing[zone.code].departments != zone.departments:
            existing[zone.code].departments = zone.departments
    codes = set(session.scalars(select(Network.code)))
    session.add_all(
        Network(
            code=code, label=label, is_codefi=owner is None, administration=owner, position=position
        )
        for position, (code, label, owner) in enumerate(NETWORKS)
        if code not in codes
    )


def _departments() -> Iterator[dict[str, str]]:
    for region, (_, names) in REGIONS.items():
        for code, label in names.items():
            yield {"code": code, "label": label, "region_code": region}
    for code, label in COLLECTIVITIES.items():
        yield {"code": code, "label": label, "region_code": NO_REGION}


def _zones() -> Iterator[Zone]:
    """Every zone: 21 is a département, R27 a region, A26 a former region, OM a set, FR all of France."""
    everything = {**DEPARTMENTS, **COLLECTIVITIES}
    for code, label in everything.items():
        yield _zone(code, label, ZoneKind.DEPARTMENT, [code])
    for code, (label, names) in REGIONS.items():
        yield _zone(f"R{code}", label, ZoneKind.REGION, names)
    for code, (label, codes) in FORMER_REGIONS.items():
        yield _zone(f"A{code}", label, ZoneKind.FORMER_REGION, codes)
    for code, (label, codes) in CUSTOM.items():
        yield _zone(code, label, ZoneKind.CUSTOM, codes)
    yield _zone("FR", "France entière", ZoneKind.FRANCE, everything)


def _zone(code: str, label: str, kind: ZoneKind, departments: Iterable[str]) -> Zone:
    return Zone(code=code, label=label, kind=kind, departments=sorted(departments))
