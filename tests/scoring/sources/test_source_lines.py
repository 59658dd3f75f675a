"""Lines: what is a row, how quotes are read, where the reject is."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scoring.sources.conftest import COTISATION, Load, contribution, load_path

NAME = "sigfaible_cotisdues.csv"
SPACES = " \u00a0\u2009\u202f\u3000"
CONSUMED = "ID_DA,ETAB_SIRET,HEURES,MONTANTS,EFFECTIFS,MOIS\n"


def test_a_row_of_three_fields_is_rejected_with_its_text(load: Load) -> None:
    loaded = load(NAME, COTISATION + "238;72;636043\n" + contribution())
    assert loaded.report.reasons == {"nombre de champs : 3 au lieu de 8": 1}
    assert loaded.rejects == [
        {
            "source": "cotisation",
            "file": NAME,
            "line": 2,
            "column": None,
            "reason": "nombre de champs : 3 au lieu de 8",
            "raw": "238;72;636043",
        }
    ]


def test_blank_lines_are_not_rows_but_count_as_lines(load: Load) -> None:
    loaded = load(NAME, COTISATION + "\n" + contribution() + "\n  \n" + contribution(siret="1"))
    assert loaded.report.rows == 2
    assert loaded.faults == [(6, "Siret", "siret : 14 chiffres attendus")]


def test_the_line_number_is_right_far_in_a_large_file(load: Load) -> None:
    bad = {3, 70_001, 150_000}
    lines = [contribution(due="x" if n in bad else "1") for n in range(2, 150_001)]
    loaded = load(NAME, COTISATION + "".join(lines))
    assert [reject["line"] for reject in loaded.rejects] == sorted(bad)
    assert all(reject["raw"].endswith(";x") for reject in loaded.rejects)


def test_quoted_fields_hold_separators_and_doubled_quotes(load: Load) -> None:
    line = '"D,1 ""bis""","61433760225578",311.54,214.0,0.0,"2004-12-01"\n'
    assert load("consommation_ap.csv", CONSUMED + line).row["request_id"] == 'D,1 "bis"'


@settings(max_examples=20)
@given(
    texts=st.lists(st.text('aé,"', max_size=5), min_size=1, max_size=20),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_any_csv_writer_quotes_is_read_back(texts: list[str], quoting: Literal[0, 1]) -> None:
    buffer = io.StringIO(CONSUMED)
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer, lineterminator="\n", quoting=quoting)
    writer.writerows([f"D{text}", "61433760225578", 1, 1, 1, "2004-12-01"] for text in texts)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "consommation_ap.csv"
        path.write_text(buffer.getvalue(), encoding="utf-8")
        loaded = load_path(path, Path(folder) / "out")
    assert [row["request_id"] for row in loaded.rows] == [f"D{text}" for text in texts]


def test_a_quote_inside_a_field_is_a_letter(load: Load) -> None:
    line = 'D1 "bis",61433760225578,1,1,1,2004-12-01\n'
    assert load("consommation_ap.csv", CONSUMED + line).row["request_id"] == 'D1 "bis"'


def test_an_unclosed_quote_costs_its_own_line_only(load: Load) -> None:
    good = "D1,61433760225578,1,1,1,2004-12-01\n"
    loaded = load("consommation_ap.csv", CONSUMED + good + '"D1,61433760225578,1,1,1,2\n' + good)
    assert loaded.report.valid == 2
    assert loaded.faults == [(3, None, "guillemet non fermé")]


def test_spaces_around_a_value_do_not_count(load: Load) -> None:
    row = load(NAME, COTISATION + "267;40; 11111111111111 ;C1 ; 202031;0; 80 ; 100 \n").row
    assert (row["siret"], row["account"], row["due"]) == ("11111111111111", "C1", 100.0)


@settings(max_examples=50)
@given(accounts=st.lists(st.text("C1é\u00e0" + SPACES, max_size=6), min_size=1, max_size=20))
def test_spaces_of_any_alphabet_around_a_text_do_not_count(accounts: list[str]) -> None:
    lines = (contribution().replace("C1", account) for account in accounts)
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_text(COTISATION + "".join(lines), encoding="utf-8")
        loaded = load_path(path, Path(folder) / "out")
    expected = [account.strip(SPACES) or None for account in accounts]
    assert [row["account"] for row in loaded.rows] == expected


def test_lines_of_other_firms_are_outside_the_perimeter(load: Load) -> None:
    content = COTISATION + contribution() + contribution("22222222222222") + contribution("x")
    loaded = load(NAME, content, perimeter={"222222222"})
    assert (loaded.report.valid, loaded.report.outside, loaded.report.rejected) == (1, 1, 1)
    assert loaded.row["siret"] == "22222222222222"


def test_an_empty_perimeter_leaves_everything_outside(load: Load) -> None:
    assert load(NAME, COTISATION + contribution(), perimeter=set()).report.outside == 1
