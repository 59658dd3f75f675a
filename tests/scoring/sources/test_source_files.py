"""Whole files: names, encodings, compressions, headers."""

import gzip
import io
import unicodedata
import zipfile
from pathlib import Path

import pytest

from scoring.data.sources.errors import SourceError
from scoring.data.sources.registry import SOURCES, identify
from tests.scoring.sources.conftest import COTISATION, Load, contribution

NAME = "sigfaible_cotisdues.csv"
ONE_LINE = COTISATION + contribution()


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("sireneUL.csv", "sirene_ul"),
        ("StockUniteLegale_utf8.zip", "sirene_ul"),
        ("StockEtablissement_utf8_geo.csv.gz", "sirene_etab"),
        ("sigfaible_effectif_siret.csv", "effectif"),
        ("sigfaible_effectif_siren.csv.gz", "effectif_ent"),
        ("Sigfaible_cotisdues.csv", "cotisation"),
        ("sigfaible_debits.csv", "debit"),
        ("sigfaible_debits_2.csv", "debit"),
        ("sigfaible_delais.zip", "delai"),
        ("sigfaible_delais.csv.zip", "delai"),
        ("sigfaible_pcoll.csv", "procol"),
        ("demande_ap.csv", "ap_demande"),
        ("consommation_ap.csv", "ap_conso"),
        ("StockEtablissementHistorique_utf8.csv", "sirene_histo"),
        ("sigfaible_ccsf.csv.gz", "ccsf"),
        ("Sigfaible_etablissement_utf8.csv", "admin_urssaf"),
        ("bodacc_procol_2026-02-02_2026-02-13.csv", "bodacc"),
        ("annonces-commerciales.json", "bodacc"),
        ("annonces-commerciales.jsonl.gz", "bodacc"),
        ("ratios_inpi_bce.csv", "comptes"),
        ("ratios_inpi_bce.json.zip", "comptes"),
        ("bdf_202104.csv", "bdf"),
        ("Diane_2018.txt", "diane"),
        ("E_202104000000_Retro-Paydex_20210430.csv", "paydex"),
        ("Ellisphère-Tête de groupe-2015.xlsx", "ellisphere"),
        ("Ellisphe\u0300re-Tête de groupe-2015.xlsx", "ellisphere"),
        ("liste_relance.csv", "listes"),
        ("filter_2021.csv", "listes"),
        ("v_commune_2024.csv", "communes"),
        ("terrind.csv.gz", "terrind"),
        ("encours_bancaires.csv", "encours_bancaires"),
        ("serie_entrees_effectif_2024.csv", "entrees_effectif"),
        ("lisez-moi.csv", None),
    ],
)
def test_a_file_is_identified_by_its_name(name: str, source: str | None) -> None:
    found = identify(Path(name))
    assert (found.name if found else None) == source


def test_each_file_name_belongs_to_one_source(samples: Path) -> None:
    for path in (samples / "partner_files_real").iterdir():
        assert sum(source.owns(path.name) for source in SOURCES.values()) <= 1


def test_a_byte_order_mark_does_not_hide_the_first_column(load: Load) -> None:
    header = "Siret;Compte;periode;enc_direct;cotis_due\n"
    line = "11111111111111;C1;202031;80;100\n"
    assert load(NAME, b"\xef\xbb\xbf" + (header + line).encode()).report.valid == 1


def test_latin_1_and_windows_letters_are_read(load: Load) -> None:
    header = "siret;rais_soc;eff202411\n"
    loaded = load(
        "sigfaible_effectif_siret.csv",
        header.encode() + "11111111111111;CAF\xc9 DE L\x92\xcele;x\n".encode("latin-1"),
    )
    assert loaded.rejects[0]["raw"] == "11111111111111;CAFÉ DE L’Île;x"


def test_utf_16_is_read(load: Load) -> None:
    assert load(NAME, ONE_LINE.encode("utf-16")).report.valid == 1


def test_windows_ends_of_line_are_read_and_counted_once(load: Load) -> None:
    content = (ONE_LINE + contribution(siret="123")).replace("\n", "\r\n")
    loaded = load(NAME, content)
    assert (loaded.report.rows, loaded.report.valid) == (2, 1)
    assert loaded.rejects[0]["line"] == 3
    assert not loaded.rejects[0]["raw"].endswith("\r")


def test_a_gzip_is_read_and_its_hash_is_that_of_the_file_sent(load: Load) -> None:
    plain, packed = load(NAME, ONE_LINE), load(NAME + ".gz", gzip.compress(ONE_LINE.encode()))
    assert packed.report.valid == 1
    assert packed.report.sha256 != plain.report.sha256


def test_a_zip_of_one_csv_is_read(load: Load) -> None:
    assert load(NAME + ".zip", zipped({"cotisdues.csv": ONE_LINE})).report.valid == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (NAME, b"", "est vide"),
        (NAME, b"\n\n", "La première ligne est vide"),
        (NAME + ".gz", b"not gzip", "gzip est corrompue"),
        (NAME + ".gz", gzip.compress(ONE_LINE.encode(), mtime=0)[:-9], "gzip est corrompue"),
        (NAME + ".zip", b"not zip", "zip est illisible"),
        (NAME, b"Siret;Compte;periode;enc_direct\n", "Colonne manquante : « cotis_due »"),
        (NAME, b"Siret;Compte;periode\n", "Colonnes manquantes : « cotis_due », « enc_direct »"),
        (NAME, ONE_LINE.replace(";", ",").encode(), "séparées par « ; »"),
        ("sigfaible_effectif_siret.csv", b"siret;rais_soc\n", "colonnes de mois « effAAAATM »"),
        ("sigfaible_effectif_siret.csv", b"siret;eff202404\n", "« eff202404 »"),
        ("sigfaible_effectif_siret.csv", b"siret;eff202451\n", "« eff202451 »"),
        ("sigfaible_effectif_siret.csv", b"siret;eff202411;EFF202411\n", "deux fois"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_an_unreadable_file_is_refused_in_french_and_leaves_nothing(
    load: Load, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        load(name, content)
    assert not list((tmp_path / "out").rglob("*.parquet"))


@pytest.mark.parametrize("members", [{}, {"lisez-moi.pdf": ""}, {"a.csv": "", "b.csv": ""}])
def test_a_zip_holds_one_csv(load: Load, members: dict[str, str]) -> None:
    with pytest.raises(SourceError, match="au lieu d’un seul"):
        load(NAME + ".zip", zipped(members))


def test_a_line_longer_than_any_line_is_refused(load: Load) -> None:
    with pytest.raises(SourceError, match="Une ligne dépasse"):
        load(NAME, COTISATION + "1" * 5_000_000 + "\n")


def test_headers_may_change_case_and_order_and_have_neighbours(load: Load) -> None:
    content = "extra;COTIS_DUE;Periode;SIRET;compte;ENC_direct\nx;100;202031;11111111111111;C1;80\n"
    row = load(NAME, content).row
    assert (row["siret"], row["due"], row["paid"]) == ("11111111111111", 100.0, 80.0)


def test_a_name_is_not_a_pattern(load: Load) -> None:
    assert load("cotisdues [1] *.csv", ONE_LINE).report.valid == 1


def test_a_file_with_a_header_only_has_no_row(load: Load) -> None:
    assert load(NAME, COTISATION).report.rows == 0


def test_the_same_file_gives_the_same_bytes(load: Load, tmp_path: Path) -> None:
    content = COTISATION + "".join(contribution(due=str(n)) for n in range(5000))
    load(NAME, content)
    (part,) = (tmp_path / "out/cotisation/b").iterdir()
    first = part.read_bytes()
    load(NAME, content)
    assert part.read_bytes() == first


def zipped(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_an_accent_written_apart_from_its_letter_is_the_same_column(load: Load) -> None:
    content = (
        "GRP Code;GRP Personne PouM;GRP SIREN 9;GRP RefID;GRP Raison Sociale;GRP Adresse;GRP Pays;"
        "Niveau de détention;% Financier;FIL Code;FIL Personne PouM;FIL SIREN 9;FIL RefID\n"
        "77;M;;12;GROUPE;rue;BELGIQUE;2;52.5;C1;M;732829320;R1\n"
    )
    loaded = load("ellisphere.csv", unicodedata.normalize("NFD", content))
    assert loaded.row["ownership_level"] == 2
