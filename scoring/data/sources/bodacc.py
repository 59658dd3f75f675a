"""Notices of collective procedures in the BODACC, public: the reference for the day of opening.

`kind` is the procedure the firm is in once the notice is published, the most severe it names:
a sauvegarde converted into a liquidation is a liquidation. A notice that closes a procedure, or only
files a document, has none.
"""

from __future__ import annotations

from scoring.data.sources.base import Layout, Source, SourceColumn, field
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.parse import calendar_day, day, identifier, optional_day, text

NATURE = "jugement_nature"
# The first pattern found in the nature of the judgment, in lower case, gives the stage.
STAGES = (
    ("retractation", "r[ée]tractation|infirmant"),
    ("cloture", "cl[ôo]ture|mettant fin"),
    ("depot", "d[ée]p[ôo]t|liste des cr[ée]ances"),
    ("resolution_plan", "r[ée]solution"),
    ("conversion", "conversion"),
    ("plan_cession", "plan de cession"),
    ("modification_plan", "modifiant"),
    ("plan_continuation", "plan de"),
    ("extension", "extension"),
    ("reprise", "reprise"),
    ("ouverture", "ouverture"),
)
KINDS = ("liquidation", "redressement", "sauvegarde")
SILENT = ("retractation", "cloture", "depot")


def _judgment(header: str) -> tuple[SourceColumn, SourceColumn, SourceColumn]:
    nature = f"lower({field(header)})"
    stages = " ".join(
        f"WHEN regexp_matches({nature}, '{shape}') THEN '{stage}'" for stage, shape in STAGES
    )
    kinds = " ".join(f"WHEN contains({nature}, '{kind}') THEN '{kind}'" for kind in KINDS)
    stage = f"CASE {stages} ELSE 'autre' END"
    silent = ", ".join(f"'{name}'" for name in SILENT)
    return (
        text("nature", header, required="nature du jugement vide"),
        SourceColumn("stage", "VARCHAR", (header,), stage),
        SourceColumn(
            "kind",
            "VARCHAR",
            (header,),
            f"CASE WHEN {stage} NOT IN ({silent}) THEN CASE {kinds} END END",
        ),
    )


def _absent(name: str, kind: str = "VARCHAR") -> SourceColumn:
    return SourceColumn(name, kind, (), f"CAST(NULL AS {kind})")


COLUMNS = (
    identifier("siren", "siren", digits=9),
    day("published_on", "date_parution", value=calendar_day(field("date_parution"))),
    text("notice_number", "numero_annonce"),
    text("notice_type", "type_annonce"),
    text("court", "tribunal"),
    optional_day("judged_on", "date_jugement", value=calendar_day(field("date_jugement"))),
    *_judgment(NATURE),
)

# A list of the largest plans, taken from the same notices: its date is that of the judgment.
LARGE_PLANS = Layout(
    ",",
    (
        identifier("siren", "RCS", digits=9),
        _absent("published_on", "DATE"),
        *(_absent(name) for name in ("notice_number", "notice_type", "court")),
        day("judged_on", "DATE", value=calendar_day(field("DATE"))),
        *_judgment("NATURE"),
    ),
)

SOURCE = Source(
    name="bodacc",
    title="Annonces du BODACC",
    patterns=(r".*bodacc.*\.csv", r"grands_plans.*\.csv"),
    separator=",",
    columns=COLUMNS,
    others=(LARGE_PLANS,),
    key=("siren", "published_on", "notice_number", "judged_on", "nature"),
    # The BODACC publishes within fifteen days of the judgment.
    known_at="coalesce(published_on, judged_on + 15)",
    covers="known_at",
    warnings=(luhn_siren(),),
)
