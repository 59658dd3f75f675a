"""What is done to the lines of the journal all the same is found and named."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.core.journal import Event
from app.core.now import at, utcnow
from tests.factories.journal import (
    Superuser,
    chain_again,
    rewind,
    seal_today,
    verdict,
    write_lines,
)

TAMPERED = {
    "update journal set actor_name = 'Personne' where id = 3": "ligne 3,",
    "update journal set details = details || '{\"x\": 1}' where id = 3": "ligne 3,",
    "update journal set recorded_at = recorded_at - interval '1 microsecond' where id = 3": "ligne 3,",
    "update journal set siren = '999999999' where id = 3": "son contenu n’est plus celui",
    "update journal set actor_name = 'Un', event = 'Deux|' || event where id = 3": "ligne 3,",
    "update journal set actor_name = 'Intrus', hash = sha256(previous_hash || convert_to(jsonb_build_array(id,"
    " extract(epoch from recorded_at), actor_id, 'Intrus'::text, event, siren, details)::text, 'UTF8')) where id = 3":
    "elle ne suit pas la ligne 3",
    "delete from journal where id = 3": "la ligne 3 manque avant celle-ci",
    "delete from journal where id between 2 and 4": "les lignes 2 à 4 manquent",
    "delete from journal where id = 1": "les lignes précédentes manquent",
    "delete from journal where id > 4": "les lignes 5 à 6, que la tête de chaîne compte, manquent",
    "delete from journal": "les lignes 1 à 6, que la tête de chaîne compte, manquent",
    "update journal_head set hash = 'x'": "la tête de chaîne n’est pas cette dernière ligne",
    "update journal_head set number = 5": "la tête de chaîne s’arrête à la ligne 5",
    "insert into journal select id, recorded_at + interval '1 microsecond', actor_id, 'Intrus', event, siren,"
    " details, previous_hash, hash from journal where id = 3": "ligne 3,",
}  # fmt: skip


@pytest.mark.parametrize("forgery", TAMPERED)
def test_what_is_done_to_the_lines_is_found_and_named(
    app: Flask, superuser: Superuser, forgery: str
) -> None:
    write_lines(6)
    assert "Journal non prouvé : 6 lignes" in verdict(app)
    superuser.execute(forgery)
    assert TAMPERED[forgery] in verdict(app)


def test_lines_removed_from_the_end_with_the_head_are_found_by_the_seal(
    app: Flask, superuser: Superuser
) -> None:
    write_lines(6)
    seal_today()
    rewind(superuser, to=4)
    assert "la tête de chaîne est à la ligne 4" in verdict(app)
    assert "a signé la ligne 6 : elle est revenue en arrière" in verdict(app)


def test_a_chain_recomputed_whole_is_found_by_the_seal_alone(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    write_lines(6)
    seal_today()
    superuser.execute("update journal set actor_name = 'Personne' where id = 3")
    chain_again(superuser)
    assert "la chaîne a été recalculée" in verdict(app)
    seals_file.unlink()
    assert "la chaîne a été recalculée" in verdict(app)
    superuser.execute("delete from journal_seal")
    assert "que le journal mentionne, manque" in verdict(app)
    superuser.execute("delete from journal where event = %s", [Event.JOURNAL_SEALED.value])
    chain_again(superuser)
    assert "sans aucun scellé" in verdict(app), (
        "today’s forgery cannot be told: it is not said intact"
    )
    with at(utcnow() + timedelta(days=2)):
        assert "rien ne scelle cette ligne" in verdict(app)


def test_a_seal_that_was_rewritten_is_found(
    app: Flask, superuser: Superuser, seals_file: Path
) -> None:
    write_lines(3)
    seal_today()
    told = json.loads(seals_file.read_text())
    seals_file.write_text(json.dumps({**told, "number": 2}) + "\n")
    assert "n’est pas signé de la clé du journal" in verdict(app)
    seals_file.write_text("illisible\n")
    assert "la ligne 1 du fichier des scellés n’est pas un scellé" in verdict(app)
