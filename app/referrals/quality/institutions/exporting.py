"""The sheets of the file of an institution: each need put to it in a quarter, then counted by subject, by antenne, since January."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import IO

from app.core.access.identity import Identity
from app.core.metrics import FEWEST
from app.core.now import utcnow
from app.core.text.exports.extracts import Extract, extracted
from app.core.text.exports.spreadsheets import (
    CellKind,
    Column,
    Cover,
    Section,
    Sheet,
    write_sheets,
)
from app.core.text.french import datetime_fr
from app.referrals.needs.models import NeedState, ReferralState
from app.referrals.quality.figures.counting import CountedNeed, Deadlines, Tally, tallied
from app.referrals.quality.figures.metrics import METRICS
from app.referrals.quality.figures.queries import EXCHANGED, SILENT
from app.referrals.quality.institutions.quarters import Quarter, quarter_of
from app.referrals.quality.institutions.queries import KeptInstitution, SentReferral

#: what is counted of each group: a column a figure
COUNTED = ("needs", "firms", "due_three", "three", "due_five", "five", "exchanged", "refused", "expired", "unanswered")  # fmt: skip
LINES = (
    Column("Adressé le", CellKind.DATE),
    Column("Antenne", width=30),
    Column("Sujet", width=40),
    Column("Département"),
    Column("Réponse", width=24),
    Column("Pourquoi", width=40),
    Column("Pris en charge le", CellKind.DATE),
    Column("Clos le", CellKind.DATE),
)


def exported(
    identity: Identity, kept: KeptInstitution, quarter: Quarter, sent: Sequence[SentReferral], *, today: date
) -> Extract:  # fmt: skip
    """Return the file; ``sent``: what was put to the institution since the first of January. Whoever sends it closes it."""
    now = [each for each in sent if quarter.since <= each.sent_on <= quarter.until]
    said = f"Extrait de Vigie par {identity.signature} le {datetime_fr(utcnow())}."
    deadlines = Deadlines()

    def grouped(title: str, label: str, rows: Sequence[SentReferral], key: Callable[[SentReferral], str]) -> Sheet:  # fmt: skip
        counted = _counted(rows, key, today=today, deadlines=deadlines)
        columns = [Column(label, width=40), *(Column(METRICS[code].label, CellKind.NUMBER, 16) for code in COUNTED)]  # fmt: skip
        return Sheet(title, columns, counted)

    def write(file: IO[bytes]) -> None:
        sheets = [
            Sheet("Trimestre", LINES, map(_line, now)),
            grouped("Par sujet", "Sujet", now, lambda each: each.subject),
            grouped("Par antenne", "Antenne", now, lambda each: each.antenne),
            grouped("Depuis janvier", "Trimestre", sent, _quarter),
        ]
        write_sheets(file, sheets, cover=_cover(kept, quarter), watermark=said)

    return extracted(write)


def as_need(each: SentReferral) -> CountedNeed:
    """Return what was put to an antenne as the figures count it: its delay begins when it was."""
    return CountedNeed(
        need_id=each.referral_id,
        siren=each.siren,
        subject_id=each.subject_id,
        department=each.department,
        state=NeedState.TO_TREAT,
        start_on=each.sent_on,
        taken_on=each.taken_on,
        withdrawn_on=each.closed_on if each.state is ReferralState.REVOKED else None,
        has_exchange=each.state in EXCHANGED,
        has_refusal=each.state is ReferralState.NOT_MINE,
        has_expired=each.state is ReferralState.EXPIRED,
        has_answer=each.state not in SILENT,
    )


def _counted(
    sent: Sequence[SentReferral], key: Callable[[SentReferral], str], *, today: date, deadlines: Deadlines
) -> Iterator[list[object]]:  # fmt: skip
    groups: dict[str, list[CountedNeed]] = {}
    for each in sent:
        groups.setdefault(key(each), []).append(as_need(each))
    whole = [need for needs in groups.values() for need in needs]
    for label, needs in [*sorted(groups.items()), ("Ensemble", whole)]:
        tally: Tally = tallied(needs, today=today, helped={}, deadlines=deadlines)
        yield [label, *(tally.figures[code] for code in COUNTED)]


def _quarter(each: SentReferral) -> str:
    return quarter_of(each.sent_on).label


def _line(each: SentReferral) -> list[object]:
    reason = each.reason.label if each.reason else None
    return [each.sent_on, each.antenne, each.subject, each.department, each.state.label, reason, each.taken_on, each.closed_on]  # fmt: skip


def _cover(kept: KeptInstitution, quarter: Quarter) -> Cover:
    told = [
        ["Institution", kept.name],
        ["Trimestre", quarter.label],
        ["Ce qui est compté", "Chaque besoin adressé à un expert de ses antennes ; un besoin adressé à deux experts compte pour chacun."],
        ["Ce qui n’y est pas", "Ni les entreprises, ni qui rappeler : un responsable ne lit que les besoins de son antenne, dans Vigie."],
        ["Prudence", f"Une part de moins de {FEWEST} besoins ne dit que le hasard : les feuilles donnent des nombres, sans taux."],
        ["Trop récents", "Un besoin dont le 3e ou le 5e jour ouvré n’est pas passé n’est pas dans la colonne de ce délai."],
    ]  # fmt: skip
    defined = [[METRICS[code].label, METRICS[code].text] for code in COUNTED]
    return Cover([Section("Ce fichier", told), Section("Ce que chaque colonne compte", defined)])
