"""``python -m bench.stock DIR``: invented stock files of Sirene in INSEE's own layout, written as they are made.

Every column of the layouts of 2024 is there, in order; those that Vigie does not read are filled as INSEE's are, or empty. Names are made
of syllables, most people and towns being few and the others many, so that a vocabulary grows with the country. The second month closes,
renames and adds a few lines of a thousand; the others are the same to the byte.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import duckdb

UNITS, PLACES = 12_000_000, 15_000_000
#: legal units that are closed, as a share of the active ones: INSEE's files hold more of them than of the others
CLOSED = 0.1
#: of a thousand lines, those that a month closes, renames and adds
MONTHLY_CLOSED, MONTHLY_RENAMED, MONTHLY_NEW = 4, 1, 6
#: one firm in so many has other establishments than its head office
SEVERAL = 12
UNIT_FILE, PLACE_FILE = "StockUniteLegale_utf8.csv", "StockEtablissement_utf8_geo.csv"
#: the eight digits that follow one another from one firm to the next
FIRST_NUMBER, LAST_NUMBER = 10_000_000, 99_000_000
MEMORY = "2GB"

UNIT_COLUMNS = (
    "siren,statutDiffusion@,unitePurgee@,dateCreation@,sigle@,sexe@,prenom1@,prenom2@,prenom3@,prenom4@,prenomUsuel@,pseudonyme@,"
    "identifiantAssociation@,trancheEffectifs@,anneeEffectifs@,dateDernierTraitement@,nombrePeriodes@,categorieEntreprise,"
    "anneeCategorieEntreprise,dateDebut,etatAdministratif@,nom@,nomUsage@,denomination@,denominationUsuelle1@,denominationUsuelle2@,"
    "denominationUsuelle3@,categorieJuridique@,activitePrincipale@,nomenclatureActivitePrincipale@,nicSiege@,economieSocialeSolidaire@,"
    "societeMission@,caractereEmployeur@,activitePrincipaleNAF25@"
).replace("@", "UniteLegale").split(",")  # fmt: skip
_ADDRESS = (
    "complementAdresse@,numeroVoie@,indiceRepetition@,dernierNumeroVoie@,indiceRepetitionDernierNumeroVoie@,typeVoie@,libelleVoie@,"
    "codePostal@,libelleCommune@,libelleCommuneEtranger@,distributionSpeciale@,codeCommune@,codeCedex@,libelleCedex@,codePaysEtranger@,"
    "libellePaysEtranger@,identifiantAdresse@,coordonneeLambertAbscisse@,coordonneeLambertOrdonnee@"
)
_SECOND = (
    "complementAdresse2@,numeroVoie2@,indiceRepetition2@,typeVoie2@,libelleVoie2@,codePostal2@,libelleCommune2@,libelleCommuneEtranger2@,"
    "distributionSpeciale2@,codeCommune2@,codeCedex2@,libelleCedex2@,codePaysEtranger2@,libellePaysEtranger2@"
)
PLACE_COLUMNS = (
    "siren,nic,siret,statutDiffusion@,dateCreation@,trancheEffectifs@,anneeEffectifs@,activitePrincipaleRegistreMetiers@,"
    f"dateDernierTraitement@,etablissementSiege,nombrePeriodes@,{_ADDRESS},{_SECOND},dateDebut,etatAdministratif@,enseigne1@,enseigne2@,"
    "enseigne3@,denominationUsuelle@,activitePrincipale@,nomenclatureActivitePrincipale@,caractereEmployeur@,longitude,latitude,geo_score,"
    "geo_type,geo_adresse,geo_id,geo_ligne,geo_l4,geo_l5"
).replace("@", "Etablissement").split(",")  # fmt: skip

SYLLABLES = """
    ba be bi bo bu bra bre ca ce chi co cha che da de di do du dra fa fe fi fo ga ge gi go gra ha la le li lo lu ma me mi mo mu na ne ni no
    pa pe pi po pra ra re ri ro ru sa se si so su ta te ti to tra va ve vi vo val mont roc bel champ ville court
"""
FIRST_NAMES = """
    MARIE JEAN PIERRE MICHEL ANNE PHILIPPE NATHALIE ISABELLE ALAIN SYLVIE NICOLAS CHRISTOPHE JULIEN SANDRINE KARIM YANN LEA HUGO INES SOFIA
"""
TRADES = """
    TRANSPORT GARAGE BOULANGERIE MENUISERIE CONSEIL BATIMENT RESTAURANT COIFFURE PLOMBERIE IMMOBILIER SERVICES NEGOCE TRAVAUX
"""
FORMS = "SARL SAS SCI EURL SASU"
ROADS = "RUE AV BD CHE RTE PL IMP ALL"
ACTIVITIES = """
    49.41A 45.20A 10.71C 43.32A 70.22Z 41.20B 56.10A 96.02A 43.22A 68.20B 82.99Z 46.90Z 86.90E 01.11Z
"""

#: what is written under the columns that are not empty
UNIT_CELLS = {
    "siren": "siren",
    "statutDiffusionUniteLegale": "'O'",
    "dateCreationUniteLegale": "created",
    "sexeUniteLegale": "case when is_person then 'M' end",
    "prenom1UniteLegale": f"case when is_person then pick({FIRST_NAMES.split()}, i, 'first') end",
    "prenomUsuelUniteLegale": f"case when is_person then pick({FIRST_NAMES.split()}, i, 'first') end",
    "dateDernierTraitementUniteLegale": "'2024-03-22T15:40:57'",
    "nombrePeriodesUniteLegale": "1 + dice(i, 'periods', 6)",
    "categorieEntreprise": "'PME'",
    "anneeCategorieEntreprise": "'2021'",
    "dateDebut": "created",
    "etatAdministratifUniteLegale": "case when is_closed then 'C' else 'A' end",
    "nomUniteLegale": "case when is_person then family end",
    "denominationUniteLegale": f"case when not is_person then pick({FORMS.split()}, i, 'form') || ' ' || pick({TRADES.split()}, i, 'trade')"
    " || ' ' || family end",
    "categorieJuridiqueUniteLegale": "case when is_person then '1000' else '5710' end",
    "activitePrincipaleUniteLegale": "activity",
    "nomenclatureActivitePrincipaleUniteLegale": "'NAFRev2'",
    "nicSiegeUniteLegale": "'00017'",
    "economieSocialeSolidaireUniteLegale": "'N'",
    "caractereEmployeurUniteLegale": "'N'",
}
ROAD = f"pick({ROADS.split()}, i + k, 'road')"
PLACE_CELLS = {
    "siren": "siren",
    "nic": "nic",
    "siret": "siren || nic",
    "statutDiffusionEtablissement": "'O'",
    "dateCreationEtablissement": "created",
    "dateDernierTraitementEtablissement": "'2024-03-22T15:40:57'",
    "etablissementSiege": "case when k = 0 then 'true' else 'false' end",
    "nombrePeriodesEtablissement": "1 + dice(i, 'periods', 6)",
    "numeroVoieEtablissement": "1 + dice(i + k, 'number', 200)",
    "typeVoieEtablissement": ROAD,
    "libelleVoieEtablissement": "'DE ' || word(seldom(i + k, 'street', 60000))",
    "codePostalEtablissement": "left(code, 2) || '000'",
    "libelleCommuneEtablissement": "word(place + 300000)",
    "codeCommuneEtablissement": "code",
    "dateDebut": "created",
    "etatAdministratifEtablissement": "case when is_closed then 'F' else 'A' end",
    "activitePrincipaleEtablissement": "activity",
    "nomenclatureActivitePrincipaleEtablissement": "'NAFRev2'",
    "caractereEmployeurEtablissement": "'N'",
    "longitude": "round(-1 + 8 * share(i + k, 'x'), 6)",
    "latitude": "round(43 + 7 * share(i + k, 'y'), 6)",
    "geo_score": "0.9",
    "geo_type": "'housenumber'",
    "geo_adresse": f"'1 ' || {ROAD} || ' ' || code",
    "geo_id": "code || '_0490'",
    "geo_ligne": "'G'",
}

MACROS = f"""
create macro dice(i, salt, faces) as cast(hash(i, salt) % faces as integer);
create macro share(i, salt) as hash(i, salt) / 18446744073709551615.0;
-- few numbers come often, many seldom
create macro seldom(i, salt, most) as cast(floor(most * pow(share(i, salt), 3)) as integer);
create macro pick(list, i, salt) as list[1 + dice(i, salt, len(list))];
create macro syllable(n, k) as ({SYLLABLES.split()})[1 + cast(hash(n, k) % {len(SYLLABLES.split())} as integer)];
create macro word(n) as upper(syllable(n, 1) || syllable(n, 2) || syllable(n, 3) || case when n > 5000 then syllable(n, 4) else '' end);
create macro doubled(d) as case when d > 4 then 2 * d - 9 else 2 * d end;
create macro digit(n, p) as (n // p) % 10;
-- the ninth digit of a siren is the key of the eight others
create macro siren(n) as cast(n * 10 + (10 - (
    digit(n, 10000000) + doubled(digit(n, 1000000)) + digit(n, 100000) + doubled(digit(n, 10000))
    + digit(n, 1000) + doubled(digit(n, 100)) + digit(n, 10) + doubled(digit(n, 1))) % 10) % 10 as varchar);
create macro day(i, salt) as cast(date '1980-01-01' + dice(i, salt, 16500) as date);
create macro town(i) as seldom(i, 'town', 35000);
create macro department(t) as case t % 97
    when 19 then '2A' when 95 then '2B' when 96 then '974' else lpad(cast(t % 97 + 1 as varchar), 2, '0') end;
create macro town_code(t) as department(t) || case when length(department(t)) = 3
    then lpad(cast(1 + t // 97 % 90 as varchar), 2, '0') else lpad(cast(1 + t // 97 as varchar), 3, '0') end;
create macro is_closed(i, closed, known, month) as share(i, 'closed') < closed
    or (month > 1 and i < known and dice(i, 'closing', 1000) < {MONTHLY_CLOSED});
create macro family(i, known, month) as word(seldom(i, 'family', 250000)
    + case when month > 1 and i < known and dice(i, 'renamed', 1000) < {MONTHLY_RENAMED} then 1 else 0 end);
"""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """How many lines each file holds in its first month: active ones and, beside them, closed ones."""

    units: int = UNITS
    places: int = PLACES
    closed: float = CLOSED

    @property
    def lines(self) -> int:
        """Legal units of the first month, closed ones included."""
        return round(self.units * (1 + self.closed))


def write(folder: Path, stock: Stock, *, month: int = 1) -> None:
    """Write both files of a month, the first or the second, under ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 2, "memory_limit": MEMORY}) as con:
        con.execute(MACROS)
        con.execute(f"create view firms as {_firms(stock, month)}")
        con.execute(f"create view places as {_places(stock)}")
        _copy(con, "firms", UNIT_CELLS, UNIT_COLUMNS, folder / UNIT_FILE)
        _copy(con, "places", PLACE_CELLS, PLACE_COLUMNS, folder / PLACE_FILE)


def _firms(stock: Stock, month: int) -> str:
    known = stock.lines
    all_firms = known + (known * MONTHLY_NEW // 1000 if month > 1 else 0)
    step = (LAST_NUMBER - FIRST_NUMBER) // (known + known * MONTHLY_NEW // 1000)
    closed = stock.closed / (1 + stock.closed)
    return f"""
    select i, siren({FIRST_NUMBER} + i * {step}) as siren, is_closed(i, {closed}, {known}, {month}) as is_closed,
        dice(i, 'person', 100) < 45 as is_person, family(i, {known}, {month}) as family, town(i) as town, day(i, 'created') as created,
        pick({ACTIVITIES.split()}, i, 'activity') as activity
    from (select range as i from range({all_firms}))
    """


def _places(stock: Stock) -> str:
    """Return SQL: the establishments of each firm, its head office first."""
    others = round((stock.places / stock.units - 1) * SEVERAL)
    return f"""
    select *, town_code(place) as code, lpad(cast(k * 10 + 17 as varchar), 5, '0') as nic from (
        select *, case when k = 0 then town else town(i + k * 7919) end as place from (
            select *, unnest(range(1 + case when i % {SEVERAL} = 0 then {others} else 0 end)) as k from firms))
    """


def _copy(
    con: duckdb.DuckDBPyConnection,
    rows: str,
    said: dict[str, str],
    columns: list[str],
    target: Path,
) -> None:
    """Write what is ``said`` under each of the columns, the others empty, in the order of the rows."""
    cells = ", ".join(f'{said.get(column, "null")} as "{column}"' for column in columns)
    con.execute(f"copy (select {cells} from {rows}) to '{target}' (format csv, header)")


def main() -> None:
    """Write the files of a month."""
    parser = argparse.ArgumentParser(prog="python -m bench.stock", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--units", type=int, default=UNITS, help="active legal units")
    parser.add_argument("--places", type=int, default=PLACES, help="their establishments")
    parser.add_argument(
        "--closed", type=float, default=CLOSED, help="closed ones beside, as a share"
    )
    parser.add_argument("--month", type=int, choices=(1, 2), default=1)
    given = parser.parse_args()
    write(
        given.folder,
        Stock(units=given.units, places=given.places, closed=given.closed),
        month=given.month,
    )


if __name__ == "__main__":
    main()
