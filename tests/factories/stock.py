"""A month of Sirene beyond the perimeter: firms of three people, closed ones, what refers to some of them."""

from pathlib import Path

from tests.factories.partner_files import ESTABLISHMENTS, NAMES, UNITS, write_files

#: three people in Beaune, a second establishment closed
SMALL, SMALL_SEAT, SMALL_CLOSED = "732829320", "73282932000074", "73282932000082"
#: closed, and nothing names it
GONE, GONE_SEAT = "552100554", "55210055400013"
#: closed, and a court speaks of it
JUDGED, JUDGED_SEAT = "443061841", "44306184100047"
#: closed establishments of the firm of the files, one of them taken over
TAKEN_OVER, FORGOTTEN = "10000000900024", "10000000900032"

MORE_UNITS = f"""\
{SMALL},Menuiserie Trois Compagnons,,,,5499,2015-01-01,43.32A,NAFRev2,A
{GONE},Maison disparue,,,,5499,1990-01-01,43.32A,NAFRev2,C
{JUDGED},Atelier liquide,,,,5499,2015-01-01,43.32A,NAFRev2,C
"""


def place(siret: str, *, seat: bool, is_open: bool) -> str:
    """A line of the file of establishments."""
    head, state = str(seat).lower(), "A" if is_open else "F"
    return f"{siret[:9]},{siret[9:]},{head},2015-01-01,,3,,RUE,DES ESSAIS,21200,BEAUNE,,21054,{state},43.32A,NAFRev2,4.8,47.0\n"


MORE_PLACES = "".join([
    place(SMALL_SEAT, seat=True, is_open=True),
    place(SMALL_CLOSED, seat=False, is_open=False),
    place(GONE_SEAT, seat=True, is_open=False),
    place(JUDGED_SEAT, seat=True, is_open=False),
    place(TAKEN_OVER, seat=False, is_open=False),
    place(FORGOTTEN, seat=False, is_open=False),
])  # fmt: skip
PROCEDURES = f"""\
Siret;Siren;Dt_effet;Cat_v2;Lib_actx_stdx
{JUDGED_SEAT};{JUDGED};15MAR2026;1;Ouverture_liquidation
"""
SUCCESSIONS = f"""\
siretEtablissementPredecesseur,siretEtablissementSuccesseur,dateLienSuccession,transfertSiege,continuiteEconomique,dateDernierTraitementLienSuccession
{TAKEN_OVER},10000000900016,2020-01-01,false,true,2020-01-02T00:00:00
"""
#: the small firm declares three people: it is outside the perimeter, with its figures
SMALL_WORKFORCE = f"{SMALL};3;3;3;PETITE\n"
SMALL_PLACE_WORKFORCE = f"3;{SMALL_SEAT};PETITE;4332A;21;3;3;3;117;267\n"
SMALL_CONTRIBUTIONS = (
    f"267;21;{SMALL_SEAT};9;202610;0;300;300\n267;21;{SMALL_SEAT};9;202620;0;300;300\n"
)


def write_stock(directory: Path, **changed: str) -> Path:
    """Write the ten files with the rest of Sirene, some changed; return the directory."""
    write_files(directory, units=UNITS + MORE_UNITS, establishments=ESTABLISHMENTS + MORE_PLACES)
    added = {
        "sigfaible_effectif_siren.csv": SMALL_WORKFORCE,
        "sigfaible_effectif_siret.csv": SMALL_PLACE_WORKFORCE,
        "sigfaible_cotisdues.csv": SMALL_CONTRIBUTIONS,
    }
    for name, lines in added.items():
        path = directory / name
        path.write_text(path.read_text(encoding="utf-8") + lines, encoding="utf-8")
    (directory / "sigfaible_pcoll.csv").write_text(PROCEDURES, encoding="utf-8")
    (directory / "StockEtablissementLiensSuccession_utf8.csv").write_text(
        SUCCESSIONS, encoding="utf-8"
    )
    for name, content in changed.items():
        (directory / NAMES[name]).write_text(content, encoding="utf-8")
    return directory
