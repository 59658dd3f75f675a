"""The firms of an invented country, their names and their towns: as many as asked for, made by PostgreSQL, the same each time."""

from datetime import date

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
#: the sirens of the country's firms follow this one
FIRST = 500_000_000

# Beaune is the largest town. Départements are of very unequal sizes: the square of an even draw, as many towns as that.
_FIRMS = text("""
with words as (select
    cast(:syllables as text[]) as s, cast(:kinds as text[]) as kinds, cast(:given as text[]) as given,
    cast(:forms as text[]) as forms, cast(:ends as text[]) as ends),
place as (select array_agg(code order by md5(code)) as codes, count(*)::int as n from department),
town as materialized (select t, case when t = 0 then '21'
        else codes[1 + floor(power((hashint4(t) & 2147483647) / 2147483648.0, 2) * n)::int] end department,
    case when t = 0 then 'BEAUNE' else case when t % 4 = 0 then 'SAINT-' else '' end
        || s[1 + t % 40] || s[1 + t / 40 % 40] || s[1 + t / 1600 % 40] || ends[1 + t % 6] end name
    from words, place, generate_series(0, :towns) t),
drawn as (select n as number, hashint4(n) & 2147483647 h1, hashint4(n + 700000000) & 2147483647 h2,
    hashint4(n + 1400000000) & 2147483647 h3, hashint4(-n) & 2147483647 h4 from generate_series(1, :firms) n)
insert into company (siren, name, name_sort, legal_category, naf, created_on, is_active, department, departments,
    commune, workforce, workforce_month, procedure_status, in_perimeter)
select (:first + number)::text, named.name, upper(unaccent(named.name)),
    (array['5710', '5710', '5710', '5499', '5499', '5599', '1000', '9220'])[1 + h2 / 7 % 8],
    lpad((1 + floor(power(h4 % 1000 / 1000.0, 2) * 98))::text, 2, '0') || '.10A', date '2025-12-31' - h1 / 3 % 12000, true, town.department,
    case when other is null or other = town.department then array[town.department]
        else array[least(town.department, other), greatest(town.department, other)] end,
    town.name, round((10 + 500 * power(h4 / 1000 % 1000 / 1000.0, 8))::numeric), :last_month,
    case when court < 95 then 'in_bonis' when court < 98 then 'redressement' when court < 99 then 'sauvegarde'
        else 'liquidation' end, true
from words w cross join place cross join drawn
-- The cube of an even draw: a few towns hold many firms.
join town on t = (:towns * power(h3 % 100000 / 100000.0, 3))::int
cross join lateral (select
    s[1 + h1 % 40] || s[1 + h1 / 40 % 40] || case when h1 / 1600 % 3 > 0 then s[1 + h1 / 4800 % 40] else '' end surname,
    kinds[1 + h2 % 35] kind, h3 / 100000 % 100 court,
    -- One firm in ten works in two départements.
    case when h3 % 10 = 7 then codes[1 + floor(power(h2 % 1009 / 1009.0, 2) * place.n)::int] end other) more
cross join lateral (select case
    when h2 / 35 % 10 < 4 then kind || ' ' || surname
    when h2 / 35 % 10 < 6 then given[1 + h2 / 350 % 13] || ' ' || surname
    when h2 / 35 % 10 < 8 then forms[1 + h2 / 350 % 5] || surname || ' ' || kind
    when h2 / 35 % 10 < 9 then kind || ' ET FILS ' || surname || ' SAS'
    else kind || ' DE ' || replace(town.name, 'SAINT-', 'ST ') end name) named
order by number
""")
_ESTABLISHMENTS = text("""
insert into establishment (siret, siren, is_head_office, address, postal_code, commune, commune_code, department, naf,
    is_active)
select siren || lpad(rank::text, 5, '0'), siren, rank = 1, rank || ' rue du Test', departments[1] || '000', commune,
    departments[1] || lpad((place % 4)::text, 3, '0'),
    departments[1 + rank % cardinality(departments)], naf, true
from (
    select c.*, row_number() over (order by siren) as place from company c
    where siren between (:first + 1)::text and (:first + 99999999)::text
) c
cross join lateral generate_series(1, 1 + (place * (:per_hundred - 100) / 100)::int - ((place - 1) * (:per_hundred - 100) / 100)::int) rank
order by siren, rank
""")


def write_firms(session: Session, *, firms: int, last_month: date) -> None:
    """Write them and their establishments in the transaction of ``session``, which must act for the system: sirens after `FIRST`."""
    drawn = {"syllables": SYLLABLES, "kinds": KINDS, "given": GIVEN, "forms": FORMS, "ends": ENDS}
    lists = {name: list(words) for name, words in drawn.items()}
    sizes = {"first": FIRST, "firms": firms, "towns": TOWNS, "last_month": last_month}
    session.execute(_FIRMS, {**sizes, **lists})
    session.execute(_ESTABLISHMENTS, {"first": FIRST, "per_hundred": ESTABLISHMENTS})
