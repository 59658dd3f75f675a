"""Agents by file: each line for itself, never a right, the same again changes nothing; and no file breaks anything."""

import contextlib
import io
import random
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.accounts.models import Agent
from app.accounts.queries import find_credential
from app.core.errors import DomainError
from app.core.now import today
from app.core.text.exports import csv_files
from app.core.text.exports.spreadsheets import workbook
from app.core.web.files import lines as sheets
from app.core.web.files.lines import FileLine
from app.habilitations.agents import file_import, presenters, queries
from app.habilitations.agents.file_import import LineOutcome, ReportLine, import_agents, read_lines
from app.habilitations.agents.line_entries import COLUMNS
from app.habilitations.agents.queries import AgentFilter
from app.habilitations.models import Habilitation, HabilitationRequest
from app.habilitations.presenters import make_file
from tests.factories.habilitations import validate
from tests.factories.network import system, working_as
from tests.factories.people import World, identity

NEW = (
    "neuve@exemple.invalid",
    "Neuve",
    "Fictif",
    "direccte",
    "Chargée",
    "25",
    "score|urssaf",
    "codefi|crp",
    "",
)
CREATED, UPDATED, UNCHANGED, REFUSED = LineOutcome


def sheet(*rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> bytes:
    """The bytes of a workbook of these rows."""
    return workbook(title="x", columns=[presenters.Column(name) for name in columns], rows=rows, filters=[], watermark="x")  # fmt: skip


def table(*rows: tuple[str, ...]) -> bytes:
    """The bytes of a CSV of these rows."""
    return csv_files.write(COLUMNS, rows)


def send(by: int, content: bytes, name: str = "agents.csv") -> list[ReportLine]:
    """Import a file, as the page does."""
    with working_as(by) as (session, who):
        lines = read_lines(content, name)
        return import_agents(session, who, lines, source=name)


def outcomes(report: list[ReportLine]) -> list[LineOutcome]:
    return [line.outcome for line in report]


def count(kind: type) -> int:
    with system() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


@pytest.mark.parametrize("form", [table, sheet], ids=["csv", "xlsx"])
def test_a_line_opens_an_account_without_passphrase_and_asks(
    world: World, form: Callable[..., bytes]
) -> None:
    rights = count(Habilitation)
    name = "agents.csv" if form is table else "agents.xlsx"
    report = send(world.correspondent, form(NEW), name)
    assert outcomes(report) == [CREATED]
    assert count(Habilitation) == rights, "a file gives no right"
    with system() as session:
        agent = session.scalars(select(Agent).where(Agent.email == NEW[0])).one()
        asked = session.scalars(select(HabilitationRequest)).one()
        assert (find_credential(session, agent.id), agent.job_title) == (None, "Chargée")
        assert (asked.zone_code, asked.natures, asked.networks) == (
            "25",
            ["score", "urssaf"],
            ["codefi", "crp"],
        )
        who = identity(session, agent.id)
        assert (who.is_habilitated, who.network_ids, who.roles) == (False, (), {"agent"})


def test_the_same_file_again_changes_nothing_before_and_after_validation(world: World) -> None:
    content = table(
        NEW, ("autre@exemple.invalid", "Autre", "Fictif", "Direccte (Dreets)", "", "", "", "", "")
    )
    assert outcomes(send(world.correspondent, content)) == [CREATED, CREATED]
    before = (count(Agent), count(HabilitationRequest))
    assert outcomes(send(world.correspondent, content)) == [UNCHANGED, UNCHANGED]
    with system() as session:
        request_id = session.scalars(select(HabilitationRequest.id)).one()
    validate(world.admin, request_id)
    assert outcomes(send(world.correspondent, content)) == [UNCHANGED, UNCHANGED]
    assert (count(Agent), count(HabilitationRequest)) == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_is_imported_again_without_a_change(world: World, kind: str) -> None:
    with system() as session:
        session.get_one(Agent, world.carol).first_name = "=1+1"
        session.get_one(Agent, world.alice).job_title = "-Cheffe, « à » l’essai; etc."
    with working_as(world.correspondent) as (session, who):
        rows = queries.agents_as_lines(session, who, AgentFilter())
        file = make_file(kind, "agents", presenters.AGENT_COLUMNS, rows, identity=who)
    report = send(world.correspondent, file.content, file.name)
    assert len(report) == 5
    assert set(outcomes(report)) == {UNCHANGED}, report


def test_a_new_end_or_a_new_name_is_an_update(world: World) -> None:
    carol = (
        "carol@exemple.invalid",
        "Carole",
        "Fictif",
        "direccte",
        "Agent de test",
        "21",
        "score",
        "crp",
        "",
    )
    (line,) = send(world.correspondent, table(carol))
    assert line.outcome is UPDATED
    assert (
        line.message == "Identité mise à jour ; droits demandés, à valider par une autre personne"
    )
    with system() as session:
        assert session.get_one(Agent, world.carol).first_name == "Carole"
        assert session.scalars(select(HabilitationRequest)).one().renews_id is not None


#: what is wrong in a line, the column to blame, words of the reason
WRONG = [
    ({"email": ""}, "email", "obligatoire"),
    ({"email": "pas une adresse"}, "email", "adresse électronique"),
    ({"email": f"{'x' * 300}@exemple.invalid"}, "email", "254 caractères"),
    ({"nom": " "}, "nom", "obligatoire"),
    ({"administration": "mairie"}, "administration", "inconnue"),
    ({"administration": "urssaf"}, "administration", "Vous ne gérez pas"),
    ({"zone": "99"}, "zone", "Zone inconnue"),
    ({"zone": ""}, "zone", "Donnez la zone"),
    ({"natures": ""}, "natures", "au moins une nature"),
    ({"natures": "score|secret"}, "natures", "Nature inconnue : secret"),
    ({"reseaux": "club"}, "reseaux", "Réseau inconnu : club"),
    ({"fin": "bientôt"}, "fin", "31/12/2026"),
    ({"fin": "01/01/2020"}, "fin", "et après aujourd’hui"),
    ({"fin": (today() + timedelta(days=400)).isoformat()}, "fin", "au plus tard"),
    ({"fonction": ""}, "fonction", "fonction"),
    ({"email": "bob@exemple.invalid"}, "email", "autre administration"),
    ({"email": "correspondance@exemple.invalid"}, "email", "propres droits"),
]


@pytest.mark.parametrize(("said", "column", "reason"), WRONG)
def test_one_bad_line_says_its_column_and_stops_no_other(
    world: World, said: dict[str, str], column: str, reason: str
) -> None:
    good = dict(zip(COLUMNS, NEW, strict=True))
    bad = {**good, "email": "fautive@exemple.invalid", **said}
    report = send(world.correspondent, table(tuple(bad.values()), NEW))
    assert outcomes(report) == [REFUSED, CREATED]
    assert report[0].column == column
    assert reason in report[0].message
    with system() as session:
        assert session.scalar(select(Agent).where(Agent.email == "fautive@exemple.invalid")) is None


def test_a_line_said_twice_and_a_person_described_twice_are_refused(world: World) -> None:
    other = (NEW[0], "Autrement", *NEW[2:5], "21", *NEW[6:])
    assert outcomes(send(world.correspondent, table(NEW, NEW, other))) == [
        CREATED,
        REFUSED,
        REFUSED,
    ]


def test_a_bad_quote_spoils_one_line(world: World) -> None:
    content = table(NEW).replace(b"\r\n", b'\r\n"ouverte;;;\r\n', 1)
    report = send(world.correspondent, content)
    assert outcomes(report) == [REFUSED, CREATED]
    assert report[0].column == "ligne"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_what_french_spreadsheets_write_is_read(encoding: str, delimiter: str) -> None:
    text = delimiter.join(["Email", "Prénom", "NOM", "administration"]) + "\r\n"
    text += delimiter.join(["a@exemple.invalid", "Zoé", "Œuvre", "dge"]) + "\r\n\r\n"
    (line,) = read_lines(text.encode(encoding), "Agents.CSV")
    assert line == FileLine(
        number=2,
        cells={
            "email": "a@exemple.invalid",
            "prenom": "Zoé",
            "nom": "Œuvre",
            "administration": "dge",
        },
    )


def test_a_departement_taken_for_a_number_is_read(world: World) -> None:
    ain = (*NEW[:5], "1", *NEW[6:])
    assert outcomes(send(world.correspondent, table(ain))) == [CREATED]
    with system() as session:
        assert session.scalars(select(HabilitationRequest.zone_code)).one() == "01"


def remade(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A workbook with other parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    change(parts)
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return output.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
CALL = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
    b'Type="urn:externalLinkPath" Target="file://ailleurs/x.xlsx" TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda parts: parts.update({"xl/vbaProject.bin": b"x"}), "macros"),
        (lambda parts: parts.update({"xl/externalLinks/_rels/externalLink1.xml.rels": CALL}), "liaisons externes"),
        (lambda parts: parts.update({"xl/bombe.xml": b"0" * 40_000_000}), "trop volumineux"),
        (lambda parts: parts.update({SHEET: parts[SHEET].replace(b'r="A2"', b'r="XFD1048576"')}), "trop grand"),
        (lambda parts: parts.update({SHEET: parts[SHEET].replace(b'r="2"', b'r="1048576"')}), "trop grand"),
        (lambda parts: parts.pop(SHEET), "illisible"),
        (lambda parts: parts.update({SHEET: b"<worksheet><"}), "illisible"),
        (lambda parts: parts.update({SHEET: b""}), "illisible|colonnes"),
    ],
    ids=["macro", "link", "bomb", "wide", "long", "missing", "broken", "empty"],
)  # fmt: skip
def test_a_workbook_that_runs_weighs_or_lacks_something_is_refused(
    change: Callable[[dict[str, bytes]], None], message: str
) -> None:
    content = remade(sheet(NEW), change)
    with pytest.raises(DomainError, match=message):
        read_lines(content, "agents.xlsx")


def test_too_many_lines_are_refused_before_any_is_followed() -> None:
    content = table(*[NEW] * (sheets.MAX_LINES + 1))
    with pytest.raises(DomainError, match="au plus par fichier"):
        read_lines(content, "agents.csv")


@given(content=st.binary(max_size=400), suffix=st.sampled_from([".csv", ".xlsx", ".xls", ""]))
def test_no_bytes_break_the_reading(content: bytes, suffix: str) -> None:
    with contextlib.suppress(DomainError):
        assert read_lines(content, f"agents{suffix}")


@settings(max_examples=60)
@given(seed=st.integers(0, 10**9), cuts=st.integers(1, 30))
def test_no_damage_to_a_workbook_breaks_the_reading(seed: int, cuts: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - damage, not secrets

    def damage(parts: dict[str, bytes]) -> None:
        name = dice.choice(sorted(parts))
        part = bytearray(parts[name])
        for _cut in range(cuts):
            place = dice.randrange(max(len(part), 1))
            part[place : place + dice.randrange(1, 40)] = dice.randbytes(dice.randrange(4))
        parts[name] = bytes(part)

    with contextlib.suppress(DomainError):
        assert read_lines(remade(sheet(NEW), damage), "agents.xlsx")


CELL = st.one_of(
    st.sampled_from(
        ["", "21", "FR", "R27", "score", "urssaf|score", "crp", "direccte", "urssaf", "2027-01-01", "31/12/2026",
         "carol@exemple.invalid", "a@b.fr", "A@B.FR", "é@b.fr", "=1", "'=1", "İ@b.fr", "1" * 300]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12),
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(*[CELL] * len(COLUMNS)), min_size=1, max_size=8))
def test_every_line_is_reported_once_whatever_it_says(
    world: World, rows: list[tuple[str, ...]]
) -> None:
    content = table(*rows)
    try:
        lines = read_lines(content, "agents.csv")
    except DomainError:
        lines = []
    if not lines:
        return
    with working_as(world.correspondent) as (session, who):
        report = import_agents(session, who, lines, source="x")
        again = import_agents(session, who, lines, source="x")
    assert [line.number for line in report] == [line.number for line in lines]
    assert set(outcomes(again)) <= {UNCHANGED, REFUSED}, "the same file again changes nothing"
    assert all(line.column for line in report if line.outcome is REFUSED)


def test_the_columns_of_the_template_are_those_of_the_import() -> None:
    assert len(presenters.EXAMPLE) == len(presenters.AGENT_COLUMNS) == len(COLUMNS)
    assert set(file_import.COLUMN_OF.values()) <= set(COLUMNS)
