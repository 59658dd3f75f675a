"""The screens of the expert rules: who sees them, writing, trying, saving, and what agents read of them."""

from pathlib import Path

import pandas as pd
import pytest

from app.core.access.identity import Nature, Role, system_identity
from app.core.database.unit_of_work import unit_of_work
from app.core.journal import Event
from app.core.now import today
from app.detections.models import DetectionEntry, DetectionRuleEffect
from app.detections.runs import pipeline, services
from scoring.vocabulary import Level
from tests.factories.detections import AS_OF, entry_of, register_firms, register_small_model
from tests.factories.people import World, newcomer
from tests.support.client import InspectingClient
from tests.support.documents import parsed
from tests.support.journaled import journaled
from tests.support.readers import sign_in_as

pytest_plugins = ["tests.factories.region"]

ACTOR = system_identity("tests")
EDIT = "/modele/regles/modifier"
RULES = """rules:
  - name: grande
    when: {feature: contribution_mean_12m, op: ">", value: 60000}
    effect: +1
    reason: Cotisations de plus de 60 000 € par mois
    author: Anne
    from: 2020-01-01
"""


def form(text: str = RULES, **more: str) -> dict[str, str]:
    known = {
        "text": text,
        "note": "Essai",
        "in_force_from": today().isoformat(),
        "base": "",
        "acte": "enregistrer",
    }
    return known | more  # fmt: skip


def test_data_scientists_write_administrators_read_nobody_else(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    assert client.submit(EDIT, form()).status_code == 303
    paths = ("/modele/regles", "/modele/regles/1", EDIT)
    for agent, expected in (
        (world.scientist, (200, 200, 200)),
        (world.admin, (200, 200, 403)),
        (world.alice, (403, 403, 403)),
        (world.manager, (403, 403, 403)),
    ):
        sign_in_as(client, agent)
        assert tuple(client.get(path).status_code for path in paths) == expected, agent
        if expected[2] == 403:
            assert client.post(EDIT, data=form(base="1")).status_code in {400, 403}
    client.delete_cookie("vigie")
    assert [client.get(path).status_code for path in paths] == [401] * 3
    assert sign_in_as(client, world.scientist).get("/modele/regles/99").status_code == 404


def test_without_rules_the_examples_are_the_first_text(
    world: World, client: InspectingClient
) -> None:
    page = sign_in_as(client, world.scientist).page(EDIT)
    area = page.select_one("textarea[name=text]")
    assert area is not None
    assert "dette-en-hausse-sur-6-mois" in area.get_text()
    assert "Aucune version n’est en vigueur" in client.page("/modele/regles").get_text()


def test_mistakes_are_told_in_french_and_what_was_typed_stays(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    wrong = RULES.replace("+1", "7").replace("contribution_mean_12m", "secret") + "# ma remarque\n"
    for act in ("enregistrer", "essayer"):
        answer = client.submit(EDIT, form(wrong, acte=act, note="Ma note"))
        assert answer.status_code == 422, act
        told = answer.get_data(as_text=True)
        assert "« secret » n’est pas une variable du registre" in told
        assert "« effect » vaut +1, +2 ou -1" in told
        assert "# ma remarque" in told
        assert "Ma note" in told
    assert client.submit(EDIT, form(in_force_from="hier")).status_code == 422
    assert client.submit(EDIT, form(note=" ")).status_code == 422
    assert client.submit(EDIT, form(base="12")).status_code == 422
    assert not journaled(Event.RULES_SAVED)


def test_versions_follow_each_other_and_show_what_changed(
    world: World, client: InspectingClient
) -> None:
    sign_in_as(client, world.scientist)
    client.submit(EDIT, form())
    page = client.page(EDIT)
    base = page.select_one("input[name=base]")
    assert base is not None
    assert base["value"] == "1"
    answer = client.submit(
        EDIT, form(RULES.replace("60000", "80000"), base="1", note="Seuil relevé")
    )
    assert answer.status_code == 303
    index = client.page("/modele/regles").get_text(" ", strip=True)
    assert "> 80000" in index
    assert "Seuil relevé" in index
    assert "urssaf" in index.lower()
    shown = client.page("/modele/regles/2").get_text()
    assert '-    when: {feature: contribution_mean_12m, op: ">", value: 60000}' in shown
    assert '+    when: {feature: contribution_mean_12m, op: ">", value: 80000}' in shown
    assert "Version 2 en vigueur" in client.page("/modele").get_text()


@pytest.fixture
def current(world: World, home: Path, remembered_tables: None) -> pd.DataFrame:
    """A list made by a run of the region; its entries."""
    with unit_of_work(ACTOR) as session:
        register_firms(session, home)
        register_small_model(session, home)
        run_id = services.start_run(session, ACTOR, as_of=AS_OF, trigger="test").id
    pipeline.run(run_id, home=home)
    return pd.read_parquet(home / "runs" / str(run_id) / "rules.parquet")


def figures(client: InspectingClient, text: str) -> tuple[list[str], str]:
    answer = client.submit(EDIT, form(text, acte="essayer", note=""))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    region = parsed(answer.text).select_one("#effet")
    assert region is not None
    return [
        th.get_text(strip=True) for th in region.select("table th[scope=row]")
    ], region.get_text(" ", strip=True)


def test_a_try_counts_everybody_and_names_only_whom_one_may_read(
    world: World, client: InspectingClient, home: Path, current: pd.DataFrame
) -> None:
    features = pd.read_parquet(home / "runs" / "1" / "features.parquet").set_index("siren")
    listed = dict(zip(current["siren"], current["level"], strict=True))
    moderate = [siren for siren, level in listed.items() if level == "moderee"]
    # Just under the largest of those that may go up, whatever the simulated region holds.
    bound = int(features.loc[moderate, "contribution_mean_12m"].max()) - 1
    rules = RULES.replace("60000", str(bound))
    large = set(features.index[features["contribution_mean_12m"] > bound])
    entered = large - set(listed)
    raised = {siren for siren in large & set(listed) if listed[siren] == "moderee"}
    assert entered
    assert raised
    _, told = figures(sign_in_as(client, world.scientist), rules)
    assert f"Entrent {len(entered)}" in told
    assert f"Montent d’un niveau {len(raised)}" in told
    assert f"{len(entered) + len(raised)} entreprises ne sont pas nommées" in told
    departments = sorted(features["department"].unique())
    with unit_of_work(ACTOR) as session:
        everything = {d: [Nature.SCORE, Nature.URSSAF] for d in departments}
        score = {d: [Nature.SCORE] for d in departments}
        roles = (Role.DATA_SCIENTIST, Role.AGENT)
        knowing = newcomer(session, "savante", natures=everything, roles=roles)
        partly = newcomer(session, "partielle", natures=score, roles=roles)
    names, told = figures(sign_in_as(client, knowing), rules)
    # a firm that only the rules bring in was never in alert: its debts are nobody's to guess
    assert len(names) - 1 == len(raised)
    names, _ = figures(sign_in_as(client, partly), rules)
    assert names == ["grande"]
    public = rules.replace(
        f'contribution_mean_12m, op: ">", value: {bound}', 'age, op: ">", value: 0'
    )
    names, _ = figures(sign_in_as(client, partly), public)
    assert len(names) > 1
    lines = journaled(Event.RULES_PREVIEWED)
    assert len(lines[1].details["named"]) == len(raised)
    assert not journaled(Event.RULES_SAVED)
    scores = home / "runs" / "1" / "score.parquet"
    scores.write_bytes(scores.read_bytes() + b"x")
    answer = sign_in_as(client, knowing).submit(EDIT, form(rules, acte="essayer", note=""))
    assert answer.status_code == 422
    assert "ont été changées sur le disque" in answer.get_data(as_text=True)


def test_a_try_without_a_list_says_so(world: World, client: InspectingClient) -> None:
    answer = sign_in_as(client, world.scientist).submit(EDIT, form(acte="essayer"))
    assert answer.status_code == 422
    assert "Aucune liste n’est publiée" in answer.get_data(as_text=True)


@pytest.fixture
def ruled(world: World, listed: int) -> None:
    """Say that a rule raised the firm of Côte-d’Or."""
    entry_id = entry_of(world.siren_21)
    with unit_of_work(ACTOR) as session:
        entry = session.get_one(DetectionEntry, entry_id)
        entry.model_level, entry.rules_count = Level.MODEREE, 1
        session.add(
            DetectionRuleEffect(
                entry_id=entry.id, siren=entry.siren, departments=entry.departments, natures=["urssaf"],
                name="grande", effect=1, reason="Cotisations en forte hausse", position=0,
            )
        )  # fmt: skip


HIDDEN = "Règle d’expert (motif non habilité)"


def test_agents_read_the_rule_on_the_firm_and_the_list(
    world: World, client: InspectingClient, ruled: None
) -> None:
    sign_in_as(client, world.alice)
    for path in (f"/entreprises/{world.siren_21}", "/detections"):
        told = client.page(path).get_text(" ", strip=True)
        assert "Règle d’expert : Cotisations en forte hausse" in told, path
        assert HIDDEN not in told
    assert "Le modèle seul donne Alerte modérée" in client.page(
        f"/entreprises/{world.siren_21}"
    ).get_text(" ", strip=True)


def test_without_the_nature_the_rule_is_told_without_its_reason(
    world: World, client: InspectingClient, ruled: None
) -> None:
    with unit_of_work(ACTOR) as session:
        reader = newcomer(session, "lectrice", natures={"21": [Nature.SCORE]})
    sign_in_as(client, reader)
    for path in (f"/entreprises/{world.siren_21}", "/detections"):
        told = client.page(path).get_text(" ", strip=True)
        assert HIDDEN in told, path
        assert "forte hausse" not in told
    export = client.get("/detections/1/export.xlsx")
    assert export.status_code == 200
    assert b"forte hausse" not in export.data


def test_without_the_score_nothing_is_told_of_rules(
    world: World, client: InspectingClient, ruled: None
) -> None:
    with unit_of_work(ACTOR) as session:
        reader = newcomer(session, "urssaf-seule", natures={"21": [Nature.URSSAF]})
    sign_in_as(client, reader)
    for path in (f"/entreprises/{world.siren_21}", "/detections"):
        assert "Règle d’expert" not in client.page(path).get_text(), path
