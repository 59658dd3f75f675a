"""What several statements of the extracts say alike: the nature of a series, how PostgreSQL writes an array, the sections of the NAF."""

import ibis
from ibis.backends.duckdb import Backend

from scoring.dictionary.naf import SECTIONS

#: firms behind a median of a sector, and behind the quantiles of a ratio: with fewer, one would tell of somebody
FEWEST = {"fewest_of_median": 5, "fewest_of_quantiles": 10}
MACROS = {
    "nature_of(code, is_declared, declared)": """
        CASE WHEN code = 'effectif' THEN NULL WHEN is_declared THEN declared
            WHEN starts_with(code, 'ap_') THEN 'activite_partielle' ELSE 'urssaf' END""",
    "in_postgresql(figures)": """
        '{' || array_to_string(list_transform(figures, lambda x: coalesce(CAST(x AS VARCHAR), 'NULL')), ',') || '}'""",
}


def prepare_terms(con: Backend) -> None:
    """Create the macros, the variables, and `naf_section`: division, section."""
    for signature, body in MACROS.items():
        con.raw_sql(f"CREATE TEMP MACRO {signature} AS {body}")
    for name, count in FEWEST.items():
        con.raw_sql(f"SET VARIABLE {name} = {count}")
    sections = [
        {"division": f"{division:02d}", "section": section}
        for section, (_, first, last) in SECTIONS.items()
        for division in range(first, last + 1)
    ]
    schema = {"division": "string", "section": "string"}
    con.create_view("naf_section", ibis.memtable(sections, schema=schema))
