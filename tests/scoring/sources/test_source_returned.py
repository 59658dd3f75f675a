"""Rejected lines are given back with the columns of their file, and come back to the same values."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.cli import main
from scoring.data.rows import give_back
from scoring.data.sources.returned import COLUMNS, original_name, returned_name
from tests.scoring.sources.conftest import (
    COTISATION,
    TODAY,
    Import,
    Load,
    contribution,
)

NAME, BACK = "sigfaible_cotisdues.csv", "sigfaible_cotisdues_rejets.csv"
CONSUMED = "ID_DA,ETAB_SIRET,HEURES,MONTANTS,EFFECTIFS,MOIS\n"
FORMULAS = [
    *("=1+1", "+1+1", "-cmd", "@SUM(A1)", "＝1", "＋1", "－x", "＠x", " =1", "\t=1", "'=1", "''=1"),
    *("-12,5", "+3", "'", "'x", "x", '"', 'a"b', "a,b", "=HYPERLINK(\"x\")", "-1 234,5"),
]  # fmt: skip


def given_back(folder: Path) -> str:
    """What is given back of the only file of a batch that has rejects."""
    (rejects,) = (folder / "rejects" / "b").iterdir()
    sink = io.StringIO(newline="")
    give_back(rejects, sink)
    return sink.getvalue()


def cells(content: str, separator: str = ";") -> list[list[str]]:
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content[1:], newline=""), delimiter=separator))


def test_rejected_lines_have_their_columns_their_line_and_the_reason(
    load: Load, tmp_path: Path
) -> None:
    load(NAME, COTISATION + contribution() + contribution(due="x") + "1;2\n")
    head, amount, short = cells(given_back(tmp_path / "out"))
    assert head == ["vigie_ligne", "vigie_motif", *COTISATION.strip().split(";")]
    assert amount[:2] == ["3", "cotis_due : montant illisible"]
    assert amount[2:] == contribution(due="x").strip().split(";")
    assert short == ["4", "nombre de champs : 2 au lieu de 8", "1", "2"]


def test_a_corrected_file_sent_with_the_original_gives_every_line(
    import_all: Import, load: Load, tmp_path: Path
) -> None:
    original = COTISATION + contribution() + contribution(period="202032", due="1OO")
    load(NAME, original)
    corrected = given_back(tmp_path / "out").replace("1OO", "100")
    imported = import_all({NAME: original, BACK: corrected})
    assert imported.reports[NAME].rejected == 1
    assert imported.reports[BACK].valid == 1
    assert sorted(row["period_start"].month for row in imported.rows("cotisation")) == [7, 8]


@pytest.mark.parametrize("name", [BACK, "cotisdues corrigé.csv"])
def test_corrected_lines_alone_do_not_take_the_place_of_a_whole_source(
    import_all: Import, load: Load, tmp_path: Path, name: str
) -> None:
    load(NAME, COTISATION + contribution(due="1OO"))
    corrected = given_back(tmp_path / "out").replace("1OO", "100")
    imported = import_all({name: corrected, f"bis_{name}": corrected})
    for report in imported.reports.values():
        assert (report.rows, report.valid) == (0, 0)
        assert "remplaceraient toute la source" in (report.error or "")
    assert imported.rows("cotisation") == []


def request_of(cell: str) -> str:
    """A line whose number of request is this text, as any CSV writer writes it, with a bad month."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([cell, "61433760225578", 1, 1, 1, "2004-13-01"])
    return line.getvalue()


@pytest.mark.parametrize("times", [1, 2])
def test_what_a_spreadsheet_would_compute_is_marked_and_read_back_as_it_was(
    load: Load, tmp_path: Path, times: int
) -> None:
    straight = load(
        "consommation_ap.csv",
        CONSUMED + "".join(request_of(text).replace("-13-", "-12-") for text in FORMULAS),
    )
    content = CONSUMED + "".join(request_of(text) for text in FORMULAS)
    for turn in range(times):
        name = "consommation_ap.csv" if turn == 0 else "consommation_ap_rejets.csv"
        folder = tmp_path / f"turn{turn}"
        loaded = load(name, content)
        assert len(loaded.rejects) >= len(FORMULAS)
        (tmp_path / "out").rename(folder)
        content = given_back(folder)
        written = [line[2].lstrip() for line in cells(content, ",")[1:]]
        computed = [text for text in written if text[:1] in "=@＝＋－＠"]
        assert computed == []
        assert {text for text in written if text[:1] in "+-"} == {"-12,5", "+3"}
    back = load("consommation_ap_rejets.csv", content.replace("-13-", "-12-"))
    assert [row["request_id"] for row in back.rows] == [row["request_id"] for row in straight.rows]


def test_an_apostrophe_is_a_letter_in_a_file_of_a_partner(load: Load) -> None:
    line = "'=1,61433760225578,1,1,1,2004-12-01\n"
    assert load("consommation_ap.csv", CONSUMED + line).row["request_id"] == "'=1"


def test_the_list_keeps_its_name_when_its_lines_come_back(load: Load, tmp_path: Path) -> None:
    load("liste_relance.csv", "siren\n73282932\n")
    (tmp_path / "out").rename(tmp_path / "first")
    back = given_back(tmp_path / "first").replace("73282932", "732829320")
    assert load("liste_relance_rejets.csv", back).row["list_name"] == "liste_relance"


@given(st.text("ab.-_[]* é", min_size=1, max_size=12))
def test_a_name_is_found_again(stem: str) -> None:
    assert original_name(returned_name(f"{stem}.csv.gz")) == f"{stem}.csv"


def test_the_command_writes_them_beside_the_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox, out, back = tmp_path / "inbox", tmp_path / "out", tmp_path / "back"
    inbox.mkdir()
    (inbox / NAME).write_text(COTISATION + contribution("1"), encoding="utf-8")
    (inbox / "sigfaible_debits.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    arguments = [
        "sources",
        str(inbox),
        str(out),
        "--today",
        TODAY.isoformat(),
        "--returned",
        str(back),
    ]
    assert main(arguments) == 0
    assert (back / BACK).read_bytes().startswith(b"\xef\xbb\xbf" + COLUMNS[0].encode())
    said = capsys.readouterr().err
    assert "sigfaible_debits.xls : ignoré, « .xls » ne se lit pas" in said
    (inbox / NAME).write_text(COTISATION + contribution(), encoding="utf-8")
    assert main(arguments) == 0
    assert list(back.iterdir()) == []
