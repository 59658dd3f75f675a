"""Records of JSON become a table; whatever else a file holds is refused with a sentence."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.data.sources import records
from scoring.data.sources.errors import SourceError
from tests.scoring.sources.conftest import Load

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]))


def table(folder: Path, content: str | bytes) -> list[list[str]]:
    source, target = folder / "x.json", folder / "x.csv"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    records.write_table(source, target)
    with target.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter=records.SEPARATOR))


@given(st.lists(st.fixed_dictionaries({"a": WORDS, 'b;"': WORDS}), min_size=1), st.booleans())
def test_words_come_out_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, given_records: list[dict[str, str]], by_line: bool
) -> None:
    lines = (json.dumps(record) for record in given_records)
    content = "\n".join(lines) if by_line else json.dumps(given_records, ensure_ascii=False)
    head, *rows = table(tmp_path_factory.mktemp("records"), content)
    assert [dict(zip(head, row, strict=True)) for row in rows] == given_records


def test_each_kind_of_value_is_one_cell_of_one_line(tmp_path: Path) -> None:
    values = [None, True, 12, 1.5, "a\nb\r\n c", ["x", 1], [{"y": "é"}], {"z": None}, "\ud83d"]
    _, *rows = table(tmp_path, json.dumps([{"v": value, "end": 1} for value in values]))
    assert [row[0] for row in rows] == [
        "", "true", "12", "1.5", "a b c", "x,1", '[{"y": "é"}]', '{"z": null}', "\ufffd",
    ]  # fmt: skip


def test_a_key_met_late_is_a_column_of_every_line(tmp_path: Path) -> None:
    assert table(tmp_path, '{"a": 1}\n{"a": 2, "b": 3}\n{"b": 4}\n') == [
        ["a", "b"],
        ["1", ""],
        ["2", "3"],
        ["", "4"],
    ]


@pytest.mark.parametrize("shift", range(-3, 4))
def test_a_record_cut_between_two_blocks_is_whole(tmp_path: Path, shift: int) -> None:
    first = {f"k{n}": "x" * 10_000 for n in range(99)} | {"k99": ""}
    room = records.CHUNK - len(json.dumps([first, {"k0": ""}])) + shift
    content = json.dumps([first | {"k99": "x" * room}, {"k0": "é"}], ensure_ascii=False)
    _, long, short = table(tmp_path, content)
    assert [len(cell) for cell in long] == [10_000] * 99 + [room]
    assert short == ["é", *[""] * 99]


@pytest.mark.parametrize(
    "content",
    [
        "bonjour",
        "<html>",
        "[1, 2]",
        "null",
        '{"a":' * 5_000,
        f'[{{"a": {"9" * 5_000}}}]',
        '[{"a": "' + "x" * (records.LONGEST_RECORD + 2 * records.CHUNK) + "]",
    ],
)
def test_what_is_no_list_of_records_is_refused_with_a_sentence(
    tmp_path: Path, content: str
) -> None:
    with pytest.raises(SourceError, match="Le fichier JSON est illisible"):
        table(tmp_path, content)


@pytest.mark.parametrize("content", ['[{"a": 1}', '[{"a": 1},\n', '\ufeff [{"a": 1}, {"a": '])
def test_half_a_list_is_not_taken_for_a_whole_one(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceError, match="incomplet"):
        table(tmp_path, content)


def test_records_that_share_nothing_do_not_fill_the_disk(tmp_path: Path) -> None:
    content = json.dumps([{f"k{n}": n} for n in range(records.MOST_COLUMNS + 1)])
    with pytest.raises(SourceError, match="ne se ressemblent pas"):
        table(tmp_path, content)


def test_a_foreign_byte_spoils_its_own_record_only(load: Load) -> None:
    record = {
        "dateparution": "2024-02-02", "numeroannonce": "1", "typeavis_lib": "Avis initial", "familleavis": "collective",
        "tribunal": "XX", "registre": "123456782",
        "jugement": {"nature": "Jugement d'ouverture de liquidation judiciaire", "date": "2024-01-30"},
    }  # fmt: skip
    lines = json.dumps(
        [record, record | {"tribunal": "Évry", "numeroannonce": "2"}], ensure_ascii=False
    )
    loaded = load("bodacc.json", lines.encode().replace(b"XX", b"Cr\xe9teil"))
    assert [row["court"] for row in loaded.rows] == ["Créteil", "Évry"]
    assert any("octet étranger" in remark for remark in loaded.report.warnings)
