"""The zones a habilitation can cover: complete, and added to an instance that lacks some."""

from collections import Counter

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.habilitations.models import Department, Zone, ZoneKind
from app.habilitations.reference import seeds
from tests.factories.network import system


def zones(session: Session) -> dict[str, Zone]:
    return {zone.code: zone for zone in session.scalars(select(Zone))}


def test_every_official_zone_is_there(fresh_database: None) -> None:
    with system() as session:
        known = zones(session)
        counts = Counter(zone.kind for zone in known.values())
        codes = set(session.scalars(select(Department.code)))
        assert len(codes) == 107
        assert {"2A", "2B", "975", "977", "978", "986", "987", "988"} <= codes
        assert counts[ZoneKind.DEPARTMENT] == 107
        assert counts[ZoneKind.REGION] == 18
        assert counts[ZoneKind.FORMER_REGION] == 22 + 5
        assert set(known["FR"].departments) == codes


def test_regions_former_or_not_share_the_departements_out(fresh_database: None) -> None:
    with system() as session:
        known = zones(session)
        inside = {
            code
            for code in known["FR"].departments
            if len(code) == 2 or code < "975" or code == "976"
        }
        for kind in (ZoneKind.REGION, ZoneKind.FORMER_REGION):
            covered = [
                code for zone in known.values() if zone.kind is kind for code in zone.departments
            ]
            assert sorted(covered) == sorted(inside), kind
        assert known["A26"].departments == ["21", "58", "71", "89"]


def test_planting_again_adds_what_is_missing_and_duplicates_nothing(fresh_database: None) -> None:
    with system() as session:
        session.execute(delete(Zone).where(Zone.kind != ZoneKind.FRANCE))
        session.execute(delete(Department).where(Department.code > "974"))
        zones(session)["FR"].departments = ["21"]
    for _turn in range(2):
        with system() as session:
            seeds.plant(session)
    with system() as session:
        assert len(zones(session)) == 107 + 18 + 27 + 4 + 1
        assert len(zones(session)["FR"].departments) == 107
