"""A directory of invented names and towns, as many firms as asked for: made by PostgreSQL, the same each time."""

from sqlalchemy import text
from sqlalchemy.orm import Session

KINDS = (
    "TRANSPORT", "TRANSPORTS", "GARAGE", "BOULANGERIE", "MENUISERIE", "PLOMBERIE", "COIFFURE", "RESTAURANT", "PHARMACIE",
    "MACONNERIE", "CHARPENTE", "BOUCHERIE", "ELECTRICITE", "PEINTURE", "SCIERIE", "FONDERIE", "IMPRIMERIE", "LOGISTIQUE",
    "CONSEIL", "HOLDING", "INVESTISSEMENTS", "IMMOBILIER", "TAXI", "AMBULANCES", "VIGNOBLES", "DOMAINE", "ETABLISSEMENTS",
    "SOCIETE NOUVELLE", "ATELIERS", "CARROSSERIE", "TERRASSEMENT", "NETTOYAGE", "SECURITE", "INFORMATIQUE", "DISTRIBUTION",
)  # fmt: skip
SYLLABLES = (
    "VAL", "MONT", "BEL", "MAR", "TIN", "DU", "RAND", "LE", "FE", "VRE", "GI", "RAR", "BER", "NARD", "PE", "RIC", "COL",
    "LAS", "ROU", "SEL", "CHE", "VA", "LIER", "BON", "NET", "FOR", "GES", "CAR", "PEN", "TOU", "RON", "SAU", "VI", "GNON",
    "HA", "MEL", "KE", "RLO", "QUE", "ZA",
)  # fmt: skip
GIVEN = (
    "Élodie", "Jean", "Marie", "André", "Françoise", "Loïc", "Inès", "Hervé", "Agnès", "Paul", "Nadia", "Karim", "Yves",
)  # fmt: skip
FORMS = ("SARL ", "SAS ", "SCI ", "EURL ", "S.A.R.L. ")
ENDS = ("", "-SUR-LOIRE", "-LES-BAINS", "-EN-BRESSE", "", "-LE-CHATEAU")
#: towns of the country, the first of them far larger than the last
TOWNS = 12_000
#: establishments for a hundred firms
ESTABLISHMENTS = 134
DEPARTMENTS = tuple(f"{number:02d}" for number in range(1, 96) if number != 20)

_FIRMS = text("""
with words as (select
    cast(:syllables as text[]) as s, cast(:kinds as text[]) as kinds, cast(:given as text[]) as given,
    cast(:forms as text[]) as forms, cast(:ends as text[]) as ends, cast(:departments as text[]) as departments)
insert into company
    (siren, name, name_sort, is_active, department, departments, commune, procedure_status, in_perimeter, workforce)
select (500000000 + n)::text, name, upper(unaccent(name)), true, department, array[department], town, 'in_bonis', true, h1 % 90
from words w cross join generate_series(1, :firms) n
cross join lateral (select
    hashint4(n) & 2147483647 h1, hashint4(n + 700000000) & 2147483647 h2, hashint4(n + 1400000000) & 2147483647 h3) h
cross join lateral (select
    s[1 + h1 % 40] || s[1 + h1 / 40 % 40] || case when h1 / 1600 % 3 > 0 then s[1 + h1 / 4800 % 40] else '' end surname,
    kinds[1 + h2 % 35] kind,
    -- The cube of an even draw: a few towns hold many firms.
    (:towns * power(h3 % 100000 / 100000.0, 3))::int t) drawn
cross join lateral (select
    departments[case when t = 0 then 21 else 1 + t % 94 end] department,
    case when t = 0 then 'BEAUNE' else case when t % 4 = 0 then 'SAINT-' else '' end
        || s[1 + t % 40] || s[1 + t / 40 % 40] || s[1 + t / 1600 % 40] || ends[1 + t % 6] end town) place
cross join lateral (select case
    when h2 / 35 % 10 < 4 then kind || ' ' || surname
    when h2 / 35 % 10 < 6 then given[1 + h2 / 350 % 13] || ' ' || surname
    when h2 / 35 % 10 < 8 then forms[1 + h2 / 350 % 5] || surname || ' ' || kind
    when h2 / 35 % 10 < 9 then kind || ' ET FILS ' || surname || ' SAS'
    else kind || ' DE ' || replace(town, 'SAINT-', 'ST ') end name) named
""")
_ESTABLISHMENTS = text("""
insert into establishment (siret, siren, is_head_office, address, postal_code, commune, department, is_active)
select siren || lpad(rank::text, 5, '0'), siren, rank = 1, rank || ' rue du Test', department || '000', commune, department, true
from (
    select c.*, row_number() over (order by siren) as place from company c where siren between '500000001' and '599999999'
) c
cross join lateral generate_series(1, 1 + (place * (:per_hundred - 100) / 100)::int - ((place - 1) * (:per_hundred - 100) / 100)::int) rank
""")


def populate(session: Session, *, firms: int) -> None:
    """Write them in the transaction of ``session``, which must act for the system: sirens from 500000001 on."""
    drawn = {"syllables": SYLLABLES, "kinds": KINDS, "given": GIVEN, "forms": FORMS, "ends": ENDS}
    lists = {name: list(words) for name, words in drawn.items()}
    session.execute(
        _FIRMS, {"firms": firms, "towns": TOWNS, "departments": list(DEPARTMENTS), **lists}
    )
    session.execute(_ESTABLISHMENTS, {"per_hundred": ESTABLISHMENTS})
