"""Where nobody answers, where a part is answered, where two of one institution do the same."""

from dataclasses import replace

import pytest

from app.referrals.areas.gazetteer import Area, gazetteer
from app.referrals.coverage.grid import CoverageCell, CoverageState, grid
from app.referrals.coverage.measuring import measured
from app.referrals.routing.cards import AntenneCard, Directory, ExpertCard

SUBJECT = 1


def area(code: str) -> Area:
    found = gazetteer().find(code)
    assert found is not None
    return found


def expert(number: int, antenne_id: int, *areas: str) -> ExpertCard:
    return ExpertCard(
        id=number, name="Fictif", antenne_id=antenne_id, subjects={SUBJECT: ""}, areas=frozenset(areas)
    )  # fmt: skip


def seen(code: str, *experts: ExpertCard) -> CoverageCell:
    """The cell of a territory; antennes 1 and 2 are of one institution."""
    antennes = {
        n: AntenneCard(id=n, name=f"Antenne {n}", institution="Une" if n < 3 else "Autre")
        for n in (1, 2, 3)
    }
    directory = Directory(
        subjects={SUBJECT: "Sujet"}, antennes=antennes, experts={each.id: each for each in experts}
    )
    ((cell,),) = grid(directory, [SUBJECT], [area(code)], gazetteer())
    return cell


def test_nobody_a_part_or_all_of_a_departement() -> None:
    communes = len(gazetteer().communes("21"))
    assert seen("21").state is CoverageState.NOBODY
    dijon = seen("21", expert(1, 1, "21231"))
    assert (dijon.state, dijon.covered, dijon.communes) == (CoverageState.PART, 1, communes)
    metropole = seen("21", expert(1, 1, "242100410", "21231"))
    assert metropole.covered == len(gazetteer().communes("242100410"))
    for whole in ("21", "R27", "FR"):
        assert seen("21", expert(1, 1, whole)).state is CoverageState.ONE
    assert seen("21", expert(1, 1, "R84")).state is CoverageState.NOBODY


def test_every_epci_of_a_departement_makes_the_whole_of_it() -> None:
    epci = [each.code for each in gazetteer().epci_in("21")]
    whole = seen("21", expert(1, 1, *epci))
    assert whole.covered == whole.communes


def test_two_antennes_of_one_institution_in_one_commune_do_the_same() -> None:
    both = seen("21", expert(1, 1, "21"), expert(2, 2, "21231"))
    assert (both.antennes, both.doubled, both.state) == (2, ("Une",), CoverageState.SEVERAL)
    apart = seen("21", expert(1, 1, "21231"), expert(2, 2, "21054"))
    assert (apart.antennes, apart.doubled) == (2, ())
    assert seen("21", expert(1, 1, "21"), expert(2, 3, "21")).doubled == ()


def test_whoever_is_archived_or_of_an_arrondissement_covers_nothing_whole() -> None:
    assert seen("21", replace(expert(1, 1, "21"), is_archived=True)).state is CoverageState.NOBODY
    assert seen("75", expert(1, 1, "75101")).state is CoverageState.NOBODY


@pytest.mark.parametrize(
    "areas", [(), ("21231",), ("242100410", "21231"), ("21", "25056"), ("R27",), ("R84", "71")]
)
def test_what_is_measured_at_once_is_what_the_matrix_counts(areas: tuple[str, ...]) -> None:
    codes = ["R27", "21", "71"]
    cells = [seen(code, expert(1, 1, *areas), expert(2, 2, "21054")) for code in codes]
    directory = Directory(
        subjects={SUBJECT: "Sujet"}, antennes={},
        experts={1: expert(1, 1, *areas), 2: expert(2, 2, "21054")},
    )  # fmt: skip
    found = measured(directory, codes, gazetteer())
    assert (found.asked, found.covered) == (
        sum(c.communes for c in cells),
        sum(c.covered for c in cells),
    )
    assert found.holes == ([SUBJECT] if any(c.state is CoverageState.NOBODY for c in cells) else [])
