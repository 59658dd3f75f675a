"""Whoever puts a telephone into a text that others will read is asked once, and loses nothing."""

from collections.abc import Iterator

import pytest

from app.core.now import today
from tests.factories.cases import open_case
from tests.factories.network import network_id, write_comment
from tests.factories.people import World
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.readers import sign_in_as
from tests.web.test_visits import a_form

SAID = "Le dirigeant répond au 06 12 34 56 78."


def forms(world: World) -> Iterator[tuple[str, dict[str, object]]]:
    """Each form of a text that others read."""
    case_id = open_case(world.alice, world.siret_21)
    number = write_comment(world.alice, world.siren_21, to="crp")
    yield (
        f"/entreprises/{world.siren_21}/commentaires",
        {"body": SAID, "network_id": network_id("crp")},
    )
    yield (
        f"/accompagnements/{case_id}/commentaires",
        {"body": SAID, "network_id": network_id("crp")},
    )
    yield f"/commentaires/{number}", {"body": SAID}
    yield f"/commentaires/{number}/reponse", {"body": SAID}
    yield f"/etablissements/{world.siret_21}/visite", a_form(next_step=SAID)
    yield (
        f"/accompagnements/{case_id}/synthese/{network_id('crp')}",
        {"context": SAID, "version": "0"},
    )
    yield (
        f"/accompagnements/{case_id}/echeances/nouvelle",
        {"what": SAID, "due_on": today().isoformat(), "network_id": network_id("crp"), "assignee_id": world.alice},
    )  # fmt: skip


@pytest.mark.parametrize("place", range(7))
def test_a_telephone_is_sent_twice_or_taken_out(
    client: InspectingClient, world: World, place: int
) -> None:
    path, form = list(forms(world))[place]
    sign_in_as(client, world.alice)
    asked = client.submit(path, form)
    assert asked.status_code == 422
    page = parsed(asked.text)
    summary = page.select_one("[data-error-summary]")
    assert summary is not None
    assert "un numéro de téléphone (06 12 34 56 78)" in summary.get_text()
    assert SAID in asked.text
    (told,) = {str(field["value"]) for field in page.select("[name=told]") if field.get("value")}
    more = {
        name: str(value).replace("78.", "78 ou au 01 23 45 67 89.") for name, value in form.items()
    }
    assert client.submit(path, {**more, "told": told}).status_code == 422, "another number"
    assert client.submit(path, {**form, "told": told}).status_code == 303
