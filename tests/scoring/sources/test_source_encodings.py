"""A foreign byte spoils its own name only, and every way to write letters is recognised."""

from pathlib import Path

import pytest

from tests.scoring.sources.conftest import COTISATION, Load, contribution, load_path

LIST = "liste_noms.csv"
HEAD = "siren;liste\n"
FOREIGN = "octet étranger à l’UTF-8, lu comme une lettre de Windows"
UNREADABLE = "caractère illisible, remplacé par « \ufffd »"
MISPLACED = "lettre écrite en UTF-8 dans un fichier de Windows, lue comme telle"
BOM = "marque d’ordre des octets (BOM) au milieu du texte, ôtée"


def line(name: str, siren: str = "732829320") -> str:
    return f"{siren};{name}\n"


def names(load: Load, content: bytes) -> tuple[list[str], dict[str, int]]:
    loaded = load(LIST, content)
    return [row["list_name"] for row in loaded.rows], loaded.report.warnings


def test_one_foreign_byte_keeps_the_other_names_right_and_is_told(load: Load) -> None:
    content = (HEAD + line("SOCIÉTÉ D’ÉTÉ")).encode() + line("CAFÉ").encode("cp1252")
    found, said = names(load, content + line("Œuvre").encode())
    assert found == ["SOCIÉTÉ D’ÉTÉ", "CAFÉ", "Œuvre"]
    assert said == {f"{FOREIGN} (d’abord ligne 3)": 1}


def test_foreign_bytes_are_counted_wherever_they_are(load: Load) -> None:
    good = line("SOCIÉTÉ").encode() * 200_000
    bad = line("É").encode("cp1252") * 3
    found, said = names(load, HEAD.encode() + good + bad + good + bad)
    assert found.count("É") == 6
    assert set(found) == {"SOCIÉTÉ", "É"}
    assert said == {f"{FOREIGN} (d’abord ligne 200002)": 6}


def test_a_file_of_windows_letters_is_read_as_such_without_remark(load: Load) -> None:
    content = (HEAD + line("CAFÉ DE L’Île") + line("Œuvre")).encode("cp1252")
    assert names(load, content) == (["CAFÉ DE L’Île", "Œuvre"], {})


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_accents_tell_a_macintosh_from_windows(load: Load, encoding: str, end: str) -> None:
    written = ["Forêt à l’île, où ça pousse", "CAFÉ DE L’ÉTÉ", "Atelier sans accent", "Bien élevé"]
    text = (HEAD + "".join(line(name) for name in written)).replace("\n", end)
    assert names(load, text.encode(encoding)) == (written, {})


def test_among_windows_letters_a_name_in_utf_8_is_right_too(load: Load) -> None:
    windows = "".join(line(name) for name in ("ÉÉÉÉÉÉÉÉÉÉ", "CAFÉ\xa0DÉ", "L’ÉTÉ’S")).encode(
        "cp1252"
    )
    utf_8 = line("SOCIÉTÉ D’Œuvre, NAÏVE À 5 €").encode()
    found, said = names(load, HEAD.encode() + windows + utf_8 + windows)
    assert found[3] == "SOCIÉTÉ D’Œuvre, NAÏVE À 5 €"
    assert found[:3] == found[4:] == ["ÉÉÉÉÉÉÉÉÉÉ", "CAFÉ\xa0DÉ", "L’ÉTÉ’S"]
    assert said == {f"{MISPLACED} (d’abord ligne 5)": 7}


def test_a_mark_before_windows_letters_does_not_hide_the_first_column(load: Load) -> None:
    content = b"\xef\xbb\xbf" + (HEAD + line("ÉTÉ") * 3).encode("cp1252")
    found, said = names(load, content)
    assert found == ["ÉTÉ"] * 3
    assert f"{BOM} (d’abord ligne 1)" in said


def test_a_letter_of_utf_8_is_right_wherever_blocks_of_windows_letters_end(load: Load) -> None:
    windows = (HEAD + line("É" * 40) * 40_000).encode("cp1252")
    found, said = names(load, windows + line("À").encode() * 40_000)
    assert set(found) == {"É" * 40, "À"}
    assert said == {f"{MISPLACED} (d’abord ligne 40002)": 40_000}


def test_a_byte_that_is_no_letter_is_told(load: Load) -> None:
    found, said = names(load, HEAD.encode() + b"732829320;a\x81\xe9b\n732829320;c\x00d\n")
    assert found == ["a\ufffdéb", "c\ufffdd"]
    assert said == {f"{UNREADABLE} (d’abord ligne 2)": 2}


def test_files_put_end_to_end_lose_the_marks_between_them(load: Load) -> None:
    second = (HEAD + line("É", "552100554")).encode("utf-8-sig")
    loaded = load(LIST, (HEAD + line("a")).encode("utf-8-sig") + second)
    assert [row["siren"] for row in loaded.rows] == ["732829320", "552100554"]
    assert loaded.faults == [(3, "siren", "siren : 9 chiffres attendus")]
    assert loaded.report.warnings == {f"{BOM} (d’abord ligne 3)": 1}


def test_a_mark_before_a_value_does_not_spoil_it(load: Load) -> None:
    loaded = load(LIST, HEAD + line("a") + "\ufeff" + line("b", "552100554"))
    assert loaded.report.valid == 2


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_wide_letters_are_recognised_with_and_without_their_mark(
    load: Load, encoding: str, mark: str, end: str
) -> None:
    content = (mark + HEAD + line("Été à Œuvre")).replace("\n", end).encode(encoding)
    assert names(load, content) == (["Été à Œuvre"], {})


def test_a_letter_cut_between_two_blocks_is_a_letter(load: Load) -> None:
    filler = "x" * ((1 << 20) - len(HEAD.encode()) - len("732829320;") - 1)
    found, said = names(load, (HEAD + line(filler + "É")).encode())
    assert (found[0][-1], said) == ("É", {})


def test_a_column_that_is_read_may_not_be_written_twice(load: Load) -> None:
    with pytest.raises(Exception, match="« cotis_due » figure deux fois dans l’en-tête"):
        load("sigfaible_cotisdues.csv", COTISATION.replace("mer", "COTIS_DUE") + contribution())
    extra = COTISATION.replace("mer", "dep") + contribution()
    assert load("sigfaible_cotisdues.csv", extra).report.valid == 1


def test_cases_met_by_others(samples: Path, tmp_path: Path) -> None:
    case = samples / "cases" / "encodings_one_foreign_byte" / "in" / "sireneUL.csv"
    loaded = load_path(case, tmp_path)
    assert [row["name"] for row in loaded.rows] == ["SOCIÉTÉ DÉJÀ VUE", "CAFÉ"]
    assert loaded.report.warnings == {f"{FOREIGN} (d’abord ligne 3)": 1}
