"""Notices of collective procedures in the BODACC, public: the reference for the day of opening.

`kind` is the procedure the firm is in once the notice is published: a sauvegarde converted into a
liquidation is a liquidation. `ended_kind` is the one the judgment ends. A notice that closes a
procedure, or only files a document, puts the firm in none. A notice about several firms is a row for each.
A correction or a cancellation is a row too, `corrects` being the notice it is about where it says which:
the events of procedures (`views`) are what is left of the notices once they are applied.

The official export is read as CSV or as JSON. Of it, only the notices of procedures are read: the others are
outside, counted.
"""

from __future__ import annotations

from scoring.data.sources import judgments
from scoring.data.sources.base import Check, Layout, Outside, Source, SourceColumn, Warn, field
from scoring.data.sources.bounds import FIRST_DAY, day_checks
from scoring.data.sources.control_keys import luhn_siren
from scoring.data.sources.parse import TODAY, calendar_day, day, optional, text, written_day
from scoring.vocabulary import Openness

# The texts of the line that the columns are computed from, by name.
WORDING, PLAIN, STAGE, KIND = "wording", "plain_wording", "said_stage", "said_kind"
SIRENS = "sirens"


def _sirens(header: str) -> SourceColumn:
    """Return the siren: of a notice about several firms, a row each. Numbers may hold spaces."""
    numbers = f"regexp_replace({field(header)}, '[^0-9,;/]', '', 'g')"
    parts = f"list_filter(regexp_split_to_array({numbers}, '[,;/]'), lambda x: x <> '')"
    listed = f"list_sort(list_distinct({parts}))"
    wrong = f"len({SIRENS}) = 0 OR len(list_filter({SIRENS}, lambda x: length(x) <> 9)) > 0"
    reason = "siren : 9 chiffres attendus"
    return SourceColumn(
        "siren", "VARCHAR", (header,), SIRENS, (Check(wrong, header, reason),),
        shared=((SIRENS, listed),), is_list=True,
    )  # fmt: skip


def _judgment(
    wording: str, header: str, *, family: str = "''", notice_type: str = "''"
) -> tuple[SourceColumn, SourceColumn, SourceColumn, SourceColumn]:
    """Return the wording of the judgment, and what it says, from the SQL of its text, family and type of notice."""
    said = judgments.stage(PLAIN, judgments.plain(judgments.repaired(family)))
    shared = (
        (WORDING, judgments.repaired(wording)),
        (PLAIN, judgments.plain(WORDING)),
        (
            STAGE,
            f"CASE WHEN contains(lower({notice_type}), 'annulation') THEN 'annulation' ELSE {said} END",
        ),
        (KIND, judgments.entered(PLAIN, STAGE)),
    )
    empty = (Check("nature IS NULL", header, "nature du jugement vide"),)
    read = (header,)
    return (
        SourceColumn("nature", "VARCHAR", read, f"nullif({WORDING}, '')", empty, shared=shared),
        SourceColumn("stage", "VARCHAR", read, STAGE),
        SourceColumn("kind", "VARCHAR", read, KIND),
        SourceColumn("ended_kind", "VARCHAR", read, judgments.ended(PLAIN, STAGE, KIND)),
    )


def _judged_on(value: str, header: str) -> SourceColumn:
    """Return the day of the judgment, in figures or in words; a notice may not give it."""
    checks = (
        Check(f"judged_on IS NULL AND coalesce({value}, '') <> ''", header, "date illisible"),
        *day_checks("judged_on", header, today=TODAY, since=FIRST_DAY, may_be_future=False),
    )
    read = f"coalesce({calendar_day(value)}, {written_day(value)})"
    return SourceColumn("judged_on", "DATE", (header,), read, checks)


def _absent(name: str, kind: str = "VARCHAR") -> SourceColumn:
    return SourceColumn(name, kind, (), f"CAST(NULL AS {kind})")


def _inside(header: str, path: str) -> str:
    """Return SQL: a text of the JSON of a cell, empty when there is none."""
    cell = field(header)
    found = f"json_extract_string({cell}, '$.{path}')"
    return f"CASE WHEN json_valid({cell}) THEN coalesce(trim({found}), '') ELSE '' END"


COLUMNS = (
    _sirens("siren"),
    day("published_on", "date_parution", value=calendar_day(field("date_parution"))),
    text("notice_number", "numero_annonce"),
    text("notice_type", "type_annonce"),
    text("court", "tribunal"),
    optional(text("family", "jugement_famille")),
    _judged_on(field("date_jugement"), "date_jugement"),
    *_judgment(
        field("jugement_nature"),
        "jugement_nature",
        family=field("jugement_famille"),
        notice_type=field("type_annonce"),
    ),
    _absent("corrects"),
)

# The official export of the open data: the judgment is the JSON of a cell.
PRECEDENT = "parutionavisprecedent"
OPEN_DATA = Layout(
    ";",
    (
        _sirens("registre"),
        day("published_on", "dateparution", value=calendar_day(field("dateparution"))),
        text("notice_number", "numeroannonce"),
        text("notice_type", "typeavis_lib"),
        text("court", "tribunal"),
        SourceColumn(
            "family", "VARCHAR", ("jugement",), f"nullif({_inside('jugement', 'famille')}, '')"
        ),
        _judged_on(_inside("jugement", "date"), "jugement"),
        *_judgment(
            _inside("jugement", "nature"),
            "jugement",
            family=_inside("jugement", "famille"),
            notice_type=field("typeavis_lib"),
        ),
        optional(
            SourceColumn(
                "corrects",
                "VARCHAR",
                (PRECEDENT,),
                f"nullif({_inside(PRECEDENT, 'numeroAnnonce')}, '')",
            )
        ),
    ),
    # Sales, creations, deposits of accounts…
    outside=Outside("familleavis", f"{field('familleavis')} <> 'collective'"),
)

# A list of the largest plans, taken from the same notices: its date is that of the judgment.
LARGE_PLANS = Layout(
    ",",
    (
        _sirens("RCS"),
        _absent("published_on", "DATE"),
        *(_absent(name) for name in ("notice_number", "notice_type", "court", "family")),
        day("judged_on", "DATE", value=calendar_day(field("DATE"))),
        *_judgment(field("NATURE"), "NATURE"),
        _absent("corrects"),
    ),
)

SOURCE = Source(
    name="bodacc",
    title="Annonces du BODACC",
    nature=Openness.PUBLIC,
    patterns=(
        r".*bodacc.*\.(csv|jsonl?)",
        r"annonces-commerciales.*\.(csv|jsonl?)",
        r"grands_plans.*\.csv",
    ),
    separator=",",
    columns=COLUMNS,
    others=(OPEN_DATA, LARGE_PLANS),
    key=("siren", "published_on", "notice_number", "judged_on", "nature"),
    # The BODACC publishes within fifteen days of the judgment.
    known_at="coalesce(published_on, judged_on + 15)",
    covers="known_at",
    bypasses_perimeter=True,
    warnings=(
        luhn_siren(),
        Warn("judged_on > published_on", "jugement postérieur à la parution"),
        Warn("stage = 'autre'", "jugement sans effet connu sur une procédure"),
    ),
)
