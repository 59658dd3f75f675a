"""The features of a day in hand-written DuckDB SQL: the floor of ``bench.features``, whose check keeps it equal to the registry.

Not included: the population at risk, plans, context, the comparison with the sector, and partners the simulator does not write.
"""

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from scoring.data.lake import open_tables
from scoring.data.sources.series import SERIES

SOURCES = (
    "sirene_ul", "cotisation", "debit", "effectif", "effectif_ent", "comptes", "ap_conso", "ap_demande", *SERIES,
)  # fmt: skip
LAGS, MEANS, SLOPES = (0, 1, 3, 6, 12, 24), (3, 6, 12, 24), (3, 6, 12, 24)
STAFF, SHORT = (3, 6, 12, 24), (3, 6, 12)

CALLS = """
SELECT siren, sum(due) FILTER (age < 12) / count(DISTINCT month) FILTER (age < 12) AS mean,
  sum(due) FILTER (age < 3) AS recent, sum(due) FILTER (age BETWEEN 3 AND 14) AS before
FROM (SELECT *, datediff('month', month, $called) AS age FROM (
  SELECT left(siret, 9) AS siren, due / datediff('month', period_start, period_end) AS due,
    unnest(generate_series(greatest(period_start, $called - INTERVAL 14 MONTH), least(period_end - INTERVAL 1 MONTH, $called),
      INTERVAL 1 MONTH)) AS month
  FROM cotisation WHERE period_end > $called - INTERVAL 14 MONTH))
GROUP BY siren"""
SEEN = """
SELECT siren, min(first) AS first, max(last) AS last FROM (
  SELECT left(siret, 9) AS siren, min(period_start) AS first, max(period_end) FILTER (due > 0) - INTERVAL 1 MONTH AS last
  FROM cotisation GROUP BY 1
  UNION ALL SELECT left(siret, 9), min(effective_month), NULL FROM debit GROUP BY 1
  UNION ALL SELECT left(siret, 9), min(month), NULL FROM effectif GROUP BY 1)
GROUP BY siren"""
# The debt of each firm by month over the last twenty-four: changes carried forward.
DEBTS = """
SELECT siren, month, sum(employee) AS employee, sum(total) AS total FROM (
  SELECT left(siret, 9) AS siren, month, employee - lag(employee, 1, 0) OVER w AS employee, total - lag(total, 1, 0) OVER w AS total
  FROM (SELECT siret, account, period_start, period_end, debt_number, effective_month AS month,
      arg_max(employee_part, operation_number) AS employee, arg_max(employee_part + employer_part, operation_number) AS total
    FROM debit GROUP BY ALL)
  WINDOW w AS (PARTITION BY siret, account, period_start, period_end, debt_number ORDER BY month)
  UNION ALL SELECT siren, date_trunc('month', first), 0, 0 FROM seen)
WHERE month <= $owed GROUP BY siren, month"""
STAFF_SQL = """
SELECT siren, coalesce({now}) AS now, max(month) FILTER (workforce IS NOT NULL) AS last, {before}
FROM effectif_ent WHERE month > $staff - INTERVAL 36 MONTH GROUP BY siren"""
SITES = """
SELECT left(siret, 9) AS siren, count(DISTINCT siret) FILTER (month = $sites) AS now,
  count(DISTINCT siret) FILTER (month < $sites) AS before
FROM effectif WHERE month IN ($sites, $sites - INTERVAL 12 MONTH) GROUP BY 1"""
ACCOUNTS = """
SELECT siren, closed_on, revenue, lag(revenue) OVER w AS revenue_before, lag(closed_on) OVER w AS before,
  ebitda_margin, financial_autonomy, debt_ratio
FROM (SELECT siren, closed_on, {amounts} FROM comptes WHERE coalesce(statement_type, '') <> 'K' AND closed_on <= $day
  QUALIFY row_number() OVER (PARTITION BY siren, closed_on ORDER BY statement_type) = 1)
WINDOW w AS (PARTITION BY siren ORDER BY closed_on)
QUALIFY row_number() OVER (PARTITION BY siren ORDER BY closed_on DESC) = 1"""
SHORT_TIME = """
SELECT siren, {sums} FROM (
  SELECT left(siret, 9) AS siren, 'consumed' AS kind, month, hours / 151.67 AS etp FROM ap_conso
  UNION ALL SELECT siren, 'authorised', month,
    hours * datediff('day', greatest(start_on, month), least(end_on + 1, (month + INTERVAL 1 MONTH)::DATE)) / 151.67 FROM (
    SELECT left(siret, 9) AS siren, start_on, end_on, hours_authorised / (end_on - start_on + 1) AS hours,
      unnest(generate_series(date_trunc('month', start_on), end_on, INTERVAL 1 MONTH))::DATE AS month
    FROM ap_demande QUALIFY row_number() OVER (PARTITION BY request_id, siret ORDER BY status_on DESC, known_at DESC) = 1))
WHERE month > $consumed - INTERVAL 12 MONTH GROUP BY siren"""
A_YEAR = "datediff('month', accounts.before, accounts.closed_on) BETWEEN 9 AND 15"
SERIES_SQL = """
SELECT {siren} AS siren, coalesce({last}) AS last, sum(value) FILTER (month > $until - INTERVAL 3 MONTH) AS months,
  sum(value) FILTER (month BETWEEN $until - INTERVAL 14 MONTH AND $until - INTERVAL 12 MONTH) AS year_ago,
  count(*) FILTER (month = $until) AS seen
FROM {name} WHERE month >= $until - INTERVAL 14 MONTH GROUP BY 1"""


def by_hand(lake: Path, as_of: date) -> pd.DataFrame:
    """Return the columns in plain SQL, one row per firm of Sirene: no perimeter, no registry, sums of floats."""
    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.execute("SET enable_progress_bar = false")
    tables = open_tables(lake)
    for source in SOURCES:
        files = [str(path) for path in tables.published(source)]
        con.execute(
            f"CREATE VIEW {source} AS SELECT * FROM read_parquet({files}) WHERE known_at <= DATE '{as_of}'"
        )
    last = {
        "called": "max(period_start) FROM cotisation", "owed": "max(treated_on) FROM debit", "staff": "max(month) FROM effectif_ent",
        "sites": "max(month) FROM effectif", "consumed": "max(month) FROM ap_conso",
        **{name: f"max(month) FROM {name}" for name in SERIES},
    }  # fmt: skip
    anchors = {"day": f"DATE '{as_of}'"}
    for name, query in last.items():
        row = con.execute(f"SELECT {query}").fetchone()
        anchors[name] = f"DATE '{row[0].replace(day=1)}'" if row else "NULL"
    parts = {
        "calls": CALLS,
        "seen": SEEN,
        "changes": DEBTS,
        "debts": _debts(),
        "staff": _staff(),
        "sites": SITES,
    }
    parts |= {"accounts": _accounts(), "short": _short_time()}
    for name, query in parts.items():
        con.execute(f"CREATE TEMP TABLE {name} AS {_at(query, anchors)}")
    for name, series in SERIES.items():
        query = _series(name, siren="siren" if series.key == "siren" else "left(siret, 9)")
        con.execute(
            f"CREATE TEMP TABLE s_{name} AS {_at(query, anchors | {'until': anchors[name]})}"
        )
    joins = "".join(
        f" LEFT JOIN {name} USING (siren)"
        for name in (*(n for n in parts if n != "changes"), *(f"s_{n}" for n in SERIES))
    )
    selected = ", ".join(f"{sql} AS {name}" for name, sql in columns().items())
    return con.execute(
        _at(f"SELECT siren, {selected} FROM sirene_ul{joins} ORDER BY siren", anchors)
    ).df()


def _at(query: str, anchors: dict[str, str]) -> str:
    for name in sorted(anchors, key=len, reverse=True):
        query = query.replace(f"${name}", anchors[name])
    return query


def _debts() -> str:
    def known(months: int, value: str, name: str) -> str:
        return f"CASE WHEN min(month) <= $owed - INTERVAL {months} MONTH THEN {value} END AS {name}"

    def place(span: int) -> str:
        return f"greatest(datediff('month', $owed - INTERVAL {span - 1} MONTH, month), 0)"

    columns = [
        known(n, f"sum(total) FILTER (month <= $owed - INTERVAL {n} MONTH)", f"lag{n}")
        for n in LAGS
    ]
    columns += [known(n - 1, f"sum(total * ({n} - {place(n)})) / {n}", f"mean{n}") for n in MEANS]
    columns += [
        known(
            n - 1, f"sum(total * {place(n)} * ({n} - {place(n)})) * 6 / ({n}^3 - {n})", f"slope{n}"
        )
        for n in SLOPES
    ]
    columns.append(known(0, "sum(employee)", "employee"))
    owed = "sum(total) OVER (PARTITION BY siren ORDER BY month ROWS UNBOUNDED PRECEDING)"
    begins = "max(month) FILTER (owed > 1.005 AND owed - total <= 1.005) AS since"
    return f"SELECT siren, {', '.join(columns)}, {begins} FROM (SELECT *, {owed} AS owed FROM changes) GROUP BY siren"


def _staff() -> str:
    one = "max(workforce) FILTER (month = $staff - INTERVAL {} MONTH)"
    return STAFF_SQL.format(
        now=", ".join(one.format(n) for n in range(7)),
        before=", ".join(f"{one.format(n)} AS ago{n}" for n in STAFF),
    )


def _accounts() -> str:
    names = ("revenue", "ebitda_margin", "financial_autonomy", "debt_ratio")
    amounts = (
        f"CASE WHEN lower(confidentiality) = 'public' THEN {name} END AS {name}" for name in names
    )
    return ACCOUNTS.format(amounts=", ".join(amounts))


def _short_time() -> str:
    one = "sum(etp) FILTER (kind = '{0}' AND month BETWEEN $consumed - INTERVAL {2} MONTH AND $consumed) AS {0}_{1}"
    return SHORT_TIME.format(
        sums=", ".join(
            one.format(kind, n, n - 1) for kind in ("consumed", "authorised") for n in SHORT
        )
    )


def _series(name: str, *, siren: str) -> str:
    one = "sum(value) FILTER (month = $until - INTERVAL {} MONTH)"
    return SERIES_SQL.format(
        siren=siren, name=name, last=", ".join(one.format(n) for n in range(7))
    )


def columns() -> dict[str, str]:
    """Return the SQL of the public columns, by name in the registry."""
    sql = {
        "contribution_mean_12m": "calls.mean",
        "contribution_silence": "datediff('month', least(seen.last, $called), $called)",
        "contribution_recent_ratio": _ratio("coalesce(calls.recent, 0) / 3", "calls.before / 12"),
        "debt_amount": "debts.lag0",
        "debt_ratio": _ratio("debts.lag0", "calls.mean"),
        "debt_employee_part_ratio": _ratio("debts.employee", "calls.mean"),
        "debt_per_employee": _ratio("debts.lag0", "staff.now"),
        "debt_age": "CASE WHEN debts.lag0 > 1.005 THEN datediff('month', debts.since, $owed) + 1 WHEN debts.lag0 IS NOT NULL THEN 0 END",
        "workforce": "staff.now",
        "workforce_silence": "datediff('month', staff.last, $staff)",
        "establishments": "sites.now",
        "establishments_change_12m": "sites.now - sites.before",
        "accounts_age": "datediff('month', accounts.closed_on, $day)",
        "accounts_revenue_change": _fresh(
            f"CASE WHEN {A_YEAR} THEN {_ratio('accounts.revenue', 'accounts.revenue_before')} - 1 END"
        ),
        "accounts_ebitda_margin": _fresh("accounts.ebitda_margin / 100"),
        "accounts_autonomy": _fresh("accounts.financial_autonomy / 100"),
        "accounts_debt_ratio": _fresh("accounts.debt_ratio / 100"),
    }
    for kind, spans in (("lag", LAGS[1:]), ("mean", MEANS), ("slope", SLOPES)):
        sql |= {f"debt_ratio_{kind}{n}": _ratio(f"debts.{kind}{n}", "calls.mean") for n in spans}
    sql |= {f"workforce_change_{n}m": f"{_ratio('staff.now', f'staff.ago{n}')} - 1" for n in STAFF}
    for kind in ("consumed", "authorised"):
        sql |= {
            f"short_time_{kind}_{n}m": _ratio(f"coalesce(short.{kind}_{n}, 0) / {n}", "staff.now")
            for n in SHORT
        }
    for name in SERIES:
        sql[f"series_last_{name}"] = f"s_{name}.last"
        sql[f"series_change_{name}"] = f"{_ratio(f's_{name}.months', f's_{name}.year_ago')} - 1"
        sql[f"series_missing_{name}"] = f"(coalesce(s_{name}.seen, 0) = 0)::DOUBLE"
    return sql


def _ratio(top: str, bottom: str) -> str:
    return f"CASE WHEN {bottom} > 0 THEN {top} / ({bottom}) END"


def _fresh(value: str) -> str:
    return f"CASE WHEN datediff('month', accounts.closed_on, $day) <= 36 THEN {value} END"
