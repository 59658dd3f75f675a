"""Communes, arrondissements, EPCI: what holds what, what was merged, what people type."""

import pytest

from app.core.errors import DomainError
from app.habilitations.reference.geography import COLLECTIVITIES, DEPARTMENTS
from app.referrals.areas.gazetteer import AreaKind, gazetteer, name_key
from app.referrals.directory import typed


@pytest.mark.parametrize("code", ["75056", "69123", "13055"])
def test_an_arrondissement_lies_in_its_commune_and_all_that_holds_it(code: str) -> None:
    known = gazetteer()
    parts = known.parts(code)
    commune = known.find(code)
    assert commune is not None
    assert len(parts) in {20, 9, 16}
    for part in parts:
        area = known.find(part)
        assert area is not None
        assert area.kind is AreaKind.ARRONDISSEMENT
        assert area.within == (part, *commune.within)


def test_a_commune_that_was_merged_is_what_it_became() -> None:
    known = gazetteer()
    assert known.find("01340") == known.find("01015")
    assert "01340" not in known
    assert typed.areas_of("Saint-Bois (01340) ; 01015", field="areas") == ["01015"]
    merged = [known.find(code) for code in known._former]
    assert len(merged) > 4_000
    assert all(area is not None and area.kind is AreaKind.COMMUNE for area in merged)


def test_every_commune_lies_in_a_departement_of_vigie_and_the_country() -> None:
    known = gazetteer()
    communes = known.communes("FR")
    assert len(communes) == 34_963
    held = [known.find(code) for code in communes]
    assert {area.department for area in held if area} == {*DEPARTMENTS, *COLLECTIVITIES}
    assert all(area is not None and area.within[-1] == "FR" for area in held)


def test_an_epci_that_two_departements_share_lies_in_neither() -> None:
    known = gazetteer()
    shared = [
        area for code, line in known._lines.items() if line.startswith("E")
        for area in [known.find(code)] if area and area.department is None
    ]  # fmt: skip
    assert len(shared) > 50
    one = shared[0]
    places = {known.find(code).department for code in known.communes(one.code)}  # type: ignore[union-attr]
    assert len(places) > 1
    assert all(one in known.epci_in(place) for place in places if place)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Dijon", "21231"), ("dijon (21231)", "21231"), ("21000", "21231"), ("21", "21"), ("r27", "R27"), ("FR", "FR"),
        ("Le Meix (21400)", "21400"), ("75001", "75101"),
        ("Côte d'Or", "21"), ("2a", "2A"), ("242100410", "242100410"), ("paris 1er arrondissement", "75101"),
    ],
)  # fmt: skip
def test_what_people_type_is_one_area(text: str, code: str) -> None:
    assert typed.areas_of(text, field="areas") == [code]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ville-imaginaire", "pas une commune connue"), ("21", "pas une commune connue"), ("99999", "pas une commune connue"),
        ("Saint-Aubin", "désigne plusieurs territoires"),
        ("21400", r"Le Meix \(21400\), .*Châtillon-sur-Seine \(21154\)"), ("59300", r"Valenciennes \(59606\)"),
    ],
)  # fmt: skip
def test_what_is_no_commune_or_several_is_refused_with_what_to_type(text: str, said: str) -> None:
    with pytest.raises(DomainError, match=said) as refusal:
        typed.commune_of(text, field="commune")
    assert refusal.value.field == "commune"


def test_suggestions_begin_as_what_is_typed_by_name_or_postal_code() -> None:
    known = gazetteer()
    assert [area.label for area in known.suggest("dijo")] == ["Dijon"]
    by_code = known.suggest("2100")
    assert by_code
    assert all(any(c.startswith("2100") for c in area.postal_codes) for area in by_code)
    assert known.suggest("") == []
    assert all(name_key(area.label).startswith("saint et") for area in known.suggest("Saint-Ét"))


def test_a_commune_of_grand_paris_is_in_its_public_territory_then_in_the_metropole() -> None:
    known = gazetteer()
    commune, ept = known.find("93001"), known.find("200057867")
    assert commune
    assert ept
    assert commune.within == ("93001", "200057867", "200054781", "93", "R11", "FR")
    assert ept.kind is AreaKind.EPT
    assert ept.within == ("200057867", "200054781", "93", "R11", "FR")
    assert "93001" in known.communes("200057867")
    assert known.holding(["93001"])["200057867"] == {"93001"}
    assert known.matching("Plaine Commune (200057867)") == [ept]
    assert len({code for each in known.communes("200054781") for code in _ept(each)}) == 11
    shared = known.find("200058014")
    assert shared
    assert shared.within == ("200058014", "200054781", "R11", "FR"), "it lies in two départements"


def _ept(commune: str) -> set[str]:
    area = gazetteer().find(commune)
    assert area
    found = (gazetteer().find(code) for code in area.within)
    return {each.code for each in found if each and each.kind is AreaKind.EPT}
