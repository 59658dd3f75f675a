"""The spreadsheet of a list: what must be read first, then its rows, written as they are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from sqlalchemy.orm import Session

from app.companies.queries import find_freshness, head_offices
from app.core.access.identity import Identity, Nature
from app.core.now import utcnow
from app.core.text.exports.extracts import Counted, extracted
from app.core.text.exports.spreadsheets import Cover, Section, write_workbook
from app.core.text.french import date_fr, datetime_fr, month_fr, number_fr
from app.detections.lists import pages, presenters
from app.detections.lists.forms import direction_of
from app.detections.lists.pages import ListView
from app.detections.lists.rows import cells
from app.detections.lists.rows.exported import VIGIE, Exported, given, withheld
from app.detections.models import DetectionList

EXPORT_LIMIT = 5_000
#: what the commitment that every reader signed says of such a file
FORBIDDEN = (
    "Le transmettre à qui n’est pas habilité à ces données dans ces départements, l’entreprise comprise.",
    "Dire à quiconque qu’une entreprise figure dans une liste : c’est en soi confidentiel.",
    "S’en servir pour contrôler, refuser une aide, engager une poursuite : il ne sert qu’à repérer et à aider.",
    "Décider sur le seul niveau d’alerte : c’est une probabilité, qu’un contact doit vérifier.",
    "Le verser dans une autre base, ou le garder au-delà de l’usage pour lequel il a été extrait.",
)


@dataclass(frozen=True, kw_only=True)
class Spreadsheet:
    """A list exported from Vigie, and what the journal keeps of it."""

    content: IO[bytes]
    name: str
    trace: dict[str, Any]


def spreadsheet(session: Session, view: ListView, detection_list: DetectionList) -> Spreadsheet:
    """Return the entire view, up to `EXPORT_LIMIT` rows, after what must be known of it.

    It is written as its rows are read; whoever sends it closes it.
    """
    held = _held(view.identity)
    columns = given(held)
    natures: set[str] = set()
    rows = Counted(_cells(session, view, columns, natures))
    cover = _cover(session, view, detection_list, columns)
    made = extracted(
        lambda file: write_workbook(
            file,
            title=f"Détections {detection_list.label}",
            columns=[each.column for each in columns],
            rows=rows,
            filters=cover,
            watermark=_watermark(view.identity),
        )
    )
    trace = {
        **pages.trace_of(view, natures),
        "columns": [each.column.label for each in columns],
        "count": rows.count,
        "sha256": made.sha256,
    }
    name = f"detections-{detection_list.as_of:%Y-%m}.xlsx"
    return Spreadsheet(content=made.file, name=name, trace=trace)


def _cells(
    session: Session, view: ListView, columns: Sequence[Exported], natures: set[str]
) -> Iterator[list[object]]:
    """Yield the cells of each row of the view, and add to ``natures`` those that it opens."""
    for rows in view.listing.batches(session, order=view.order, limit=EXPORT_LIMIT):
        natures.update(pages.natures_of(rows))
        effects = pages.effects_of_rows(session, view, rows)
        seats = head_offices(session, [row.siren for row in rows])
        yield from cells.export_rows(
            view.identity, rows, effects, columns=columns, head_offices=seats
        )


def _held(identity: Identity) -> frozenset[Nature]:
    """The natures that the agent may be given: an invitation gives some that are held nowhere."""
    return frozenset(Nature) if identity.case_sirens else identity.natures


def _cover(
    session: Session,
    view: ListView,
    detection_list: DetectionList,
    columns: Sequence[Exported],
) -> Cover:
    """What must be known before the rows are read: of what, for whom, how it was narrowed, what it may not serve."""
    identity = view.identity
    departments = dict.fromkeys(identity.departments)
    natures = ", ".join(nature.label for nature in Nature if nature in identity.natures)
    filters = presenters.chosen_filters(view.form)
    way = {"croissant": "croissant", "decroissant": "décroissant"}[direction_of(view.order)]
    sections = [
        Section(
            "Ce fichier",
            [
                ("Liste", f"{detection_list.label}, du {date_fr(detection_list.as_of)}"),
                ("Extrait par", identity.signature),
                ("Le", datetime_fr(utcnow())),
                ("Départements", ", ".join(departments) or "aucun"),
                ("Données habilitées", natures or "aucune donnée confidentielle"),
                ("Ordre", f"{view.order.sort.label}, {way}"),
                ("Lignes", f"{number_fr(EXPORT_LIMIT)} au plus, les premières dans cet ordre"),
            ],
        ),
        Section("Filtres", filters or [("Aucun", "toute la liste de ces départements")]),
        Section("Ce qui ne peut pas en être fait", [(sentence,) for sentence in FORBIDDEN]),
        Section("Colonnes", list(_legend(session, detection_list, columns))),
        Section(
            "Colonnes que vous n’êtes pas habilité à lire",
            [
                (each.column.label, each.nature.label)
                for each in withheld(_held(identity))
                if each.nature
            ],
        ),
    ]
    return Cover(sections)


def _legend(
    session: Session, detection_list: DetectionList, columns: Sequence[Exported]
) -> Iterator[tuple[str, ...]]:
    """Yield, for each column, its source, up to when it speaks, and who may read it."""
    freshness = find_freshness(session)
    yield ("Colonne", "Source", "Données jusqu’à", "Qui peut la lire")
    for each in columns:
        said = freshness.get(each.source)
        source = "Vigie" if each.source == VIGIE else said.label if said else "source absente"
        month = month_fr(said.month) if said and said.month else "inconnu"
        until = date_fr(detection_list.as_of) if each.source == VIGIE else month
        reader = each.nature.label if each.nature else "tout agent habilité"
        yield (each.column.label, source, until, reader)


def _watermark(identity: Identity) -> str:
    """Return who exported the figures, and when."""
    return (
        f"Document confidentiel, extrait de Vigie par {identity.signature} le {datetime_fr(utcnow())}. "
        "Ne pas diffuser hors des agents habilités."
    )
