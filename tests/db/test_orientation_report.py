"""The report of the convention tells the orientation of a year: masked where few firms asked, counted once."""

from app.core.access.identity import system_identity
from app.core.now import today
from app.evidence.publications import orientation
from app.evidence.publications.periods import ReportPeriod
from app.referrals.quality.convention.queries import ReportedAsker
from tests.factories import quality
from tests.factories.network import system
from tests.factories.people import World

ACTOR = system_identity("tests")
REGIONS = {"21": "27", "75": "11", "67": "44"}


def firms(department: str, count: int, naf: str | None = "25.50A") -> list[ReportedAsker]:
    return [
        ReportedAsker(siren=f"{department}{number}", department=department, naf=naf)
        for number in range(count)
    ]


def test_few_firms_are_masked_and_so_is_what_would_give_them_back() -> None:
    asked = [*firms("21", 12), *firms("75", 2), *firms("67", 9, naf=None)]
    told, masked = orientation.masked_firms(asked, REGIONS)
    assert told["total|total"] == 23
    assert told["11|total"] is None
    # Two alone are masked: the total would tell one.
    assert [told["27|total"], told["44|total"]].count(None) == 1
    assert masked >= 2
    assert told["total|BE"] == 14
    assert orientation.masked_firms([], REGIONS) == ({}, 0)


def test_a_year_is_counted_once(world: World) -> None:
    quality.draw(world, seed=9, count=40)
    year = ReportPeriod(today().year)
    with system() as session:
        first = orientation.told(session, ACTOR, year)
    assert first["quality"]["needs"] > 0
    assert first["partners"] == {"experts": 4, "antennes": 2, "institutions": 2}
    assert list(first["open"]) == ["27"]
    with system() as session:
        session.connection().exec_driver_sql("update solicitation set verdict = 'abus'")
    with system() as session:
        assert orientation.told(session, ACTOR, year) == first
