"""A building of the label store as pages read it, and a small lake that one is made of."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import text

from app.core.now import utcnow
from app.label_store.building import verdicts
from app.label_store.models import LabelBuild, LabelBuildState, LabelCount, LabelInterval
from scoring.data.lake import Lake
from scoring.vocabulary import LabelFate
from tests.factories.network import system
from tests.factories.people import World
from tests.scoring.small_lake import lake_of

KNOWN_ON = date(2026, 11, 1)
#: eight quarters of a firm: each way to be learnt, censored or left out
FATES, ROWS = "VFSMABPO", "83210000"
QUARTERS = [day.date().isoformat() for day in pd.date_range("2024-01-01", periods=8, freq="QS")]
VERDICTS: dict[str, Any] = {
    "uses": {"chosen": 1, "learnt": 37}, "random": 37, "places": 120, "answered": 37, "chosen": 1, "chosen_confirmed": 1,
    "model": None, "refusal": "37 visites tirées au sort ont un verdict : il en faut 100.",
}  # fmt: skip


def facts(**said: Any) -> dict[str, Any]:
    """What a building says of itself; ``said`` replaces any part."""
    return {
        "quarters": QUARTERS, "roles": ["ttttccxx"] * 10, "is_crossfitted": True, "admin_end": "2026-09-02",
        "frozen_end": "2024-08-01", "quiet_share": 0.125, "refusal": None, "firms": 1, "verdicts": VERDICTS, **said,
    }  # fmt: skip


def plant_build(siren: str, *, known_on: date = KNOWN_ON, **said: Any) -> int:
    """A building that says something of a firm and of the country, and the verdicts of visits; its number."""
    with system() as session:
        build = LabelBuild(
            known_on=known_on, state=LabelBuildState.DONE, trigger="test", finished_at=utcnow(), facts=facts(**said)
        )  # fmt: skip
        session.add(build)
        session.flush()
        session.add(
            LabelInterval(
                build_id=build.id, siren=siren, fold=3, fates=FATES, counts=ROWS, drawn="0107030100000000",
                opened_on=[date(2025, 3, 20)], supported_on=date(2024, 12, 15), closed_on=None,
            )
        )  # fmt: skip
        for fate in ("", *(LabelFate(letter) for letter in FATES[:-1])):
            for region, year in (("FR", 0), ("FR", 2024), ("27", 0)):
                session.add(
                    LabelCount(
                        build_id=build.id, region=region, year=year, fate=str(fate), firms=1, snapshots=1, intervals=2,
                        events=0, halves=0, drawn=1,
                    )
                )  # fmt: skip
        verdicts.derive(session)
        return build.id


def notice(judged: date, published: date, number: str = "1", **cells: Any) -> dict[str, Any]:
    """A judgment, and the day the BODACC told of it."""
    return {
        "judged_on": judged, "published_on": published, "known_at": published, "notice_number": number,
        "notice_type": "Avis initial", "stage": "ouverture", "nature": "ouverture redressement",
        "family": "Jugement", "kind": "redressement", **cells,
    }  # fmt: skip


def small_store_lake(root: Path, *sirens: str, notices: list[dict[str, Any]] | None = None) -> Lake:
    """Firms of Dijon that declare and pay from 2021 to 2024; notices are about the first."""
    months = [day.date() for day in pd.date_range("2021-01-01", "2024-12-01", freq="MS")]
    calls = [
        {"siret": f"{siren}00001", "period_start": month, "known_at": month,
         "period_end": (pd.Timestamp(month) + pd.DateOffset(months=1)).date(), "due": 100.0}
        for month in months for siren in sirens
    ]  # fmt: skip
    return lake_of(
        root,
        cotisation=calls,
        effectif_ent=[{"siren": each, "month": month, "workforce": 20.0, "known_at": month} for month in months for each in sirens],
        sirene_ul=[{"siren": each, "legal_category": "5710", "naf": "46.42Z", "is_active": True} for each in sirens],
        sirene_etab=[{"siren": each, "is_head_office": True, "department": "21"} for each in sirens],
        bodacc=[{"siren": sirens[0], **each} for each in notices or []],
    )  # fmt: skip


#: visits of one establishment, one an entry of a list, some drawn at random: for counts, whatever the firm
MANY = """
with listed as (
    insert into detection_entry (list_id, siren, department, departments, p12, p18, p24, level, novelty, arm, p_select, rank)
    select :list_id, (cast(:first as integer) + n)::text, '21', '{21}', r, r, r, 'moderee', 'first_alert', :arm, :p_select, n
    from generate_series(1, cast(:many as integer)) n, lateral (select 0.05 + 0.9 * n / cast(:many as float8) as r) risk
    returning id, rank
), visited as (
    insert into visit (siret, siren, department, departments, author_id, visited_on, channel, contact_result, verdict)
    select :siret, :siren, '21', '{21}', :author, '2026-10-01'::date, 'telephone', 'repondu',
        case when (rank * 7919) % 100 < :percent then 'confirmee' else 'non_confirmee' end
    from listed order by rank returning id, verdict
), numbered as (
    select l.id as entry_id, v.id as visit_id, v.verdict
    from (select id, row_number() over (order by rank) as n from listed) l
    join (select id, verdict, row_number() over (order by id) as n from visited) v using (n)
), told as (
    insert into visit_listing (visit_id, entry_id) select visit_id, entry_id from numbered
)
insert into label (siren, kind, occurred_on, known_at, value, p_select, subject_kind, subject_id)
select :siren, 'verdict', '2026-10-01', '2026-10-02T10:00:00+00:00', verdict, :p_select, 'visit', visit_id from numbered
"""


def log_many(
    world: World, list_id: int, *, many: int, arm: str, percent: int, first: int = 500_000_000
) -> None:
    """Visits of as many entries of a list, of which so many in a hundred are confirmed."""
    with system() as session:
        session.execute(
            text(MANY),
            {
                "list_id": list_id, "arm": arm, "p_select": 0.1 if arm == "random" else 1.0, "many": many, "percent": percent,
                "siret": world.siret_21, "siren": world.siren_21, "author": world.alice,
                "first": first,
            },
        )  # fmt: skip
