"""The context of each page of a firm, assembled from the panels of the domains.

What stays at the top is read for each room; the rest only by the room that shows it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.campaigns.contacts import panels as campaigns
from app.cases.assignments import panels as cases
from app.cases.summaries import presenters as summaries
from app.companies import presenters, queries
from app.companies.accounts import accounts_table
from app.companies.charts import charts_of
from app.companies.models import AnnualAccounts, Company, Establishment
from app.companies.sectors import queries as sectors
from app.companies.sectors.presenters import RatioBars, median_lines, ratio_bars, sector_label
from app.companies.services import last_reading
from app.companies.successions import queries as successions
from app.core.access.identity import Identity, Nature
from app.core.access.permissions import Permission, permits
from app.core.database.keyset import PAGE_SIZE
from app.core.now import today
from app.core.text.labelled import LabelledEnum
from app.deadlines import panels as deadlines
from app.detections import panels as detections
from app.detections.panels import Standing
from app.interlocutors import panels as interlocutors
from app.network import panels as network
from app.network.comments import panels as comments
from app.network.reading.services import PageShows, comments_shown, events_shown
from app.network.timeline import NEWS_COUNTED, count_since
from app.portal.firm.band import key_figures, people_on, yardstick
from app.portal.firm.drawings import drawing
from app.portal.firm.marks import Happened, letters_used, marks_by_month
from app.portal.firm.next_step import Situation, next_step
from app.portal.firm.questions import questions_of
from app.unlocks import panels as unlocks
from app.visits import panels as visits
from app.watching.lists import panels as company_lists

#: charts of the printed sheet: the debt, and the first others
DRAWN_ON_PAPER = 4
#: establishments in the room of the identity; their own page has the others
PLACES_SHOWN = 10


class FirmRoom(LabelledEnum):
    """A room of a firm: the name of its route, and what its tab says."""

    UNDERSTAND = "understand", "Comprendre"
    EXCHANGE = "exchange", "Échanger"
    DATA = "data", "Données"
    IDENTITY = "identity", "Identité"


@dataclass(frozen=True, kw_only=True)
class RoomRequest:
    """A room asked for: by whom, of which firm."""

    session: Session
    identity: Identity
    company: Company
    room: FirmRoom


def understand(asked: RoomRequest) -> dict[str, Any]:
    """Return the context of « Comprendre »: the alert, why, what was answered and what it was before."""
    stands = detections.standing(asked.session, asked.identity, asked.company)
    panels = detections.of_firm(asked.session, asked.identity, asked.company, stands)
    return {
        **_top(asked, stands),
        **{f"{name}_panel": context for name, context in panels.items()},
    }


def exchange(asked: RoomRequest) -> dict[str, Any]:
    """Return the context of « Échanger »: accompagnements, visits, comments, and the thread."""
    stands = detections.standing(asked.session, asked.identity, asked.company)
    return {
        **_top(asked, stands),
        **comments.of_firm(asked.session, asked.identity, asked.company),
        **interlocutors.of_firm(asked.session, asked.identity, asked.company),
        **network.thread(asked.session, asked.identity, asked.company, size=network.LAST_LINES),
    }


def shown_to_understand(context: dict[str, Any]) -> PageShows:
    """Return what « Comprendre » shows of what the bell tells: the alerts of the firm."""
    return PageShows(alerts_of=context["company"].siren)


def shown_to_exchange(context: dict[str, Any]) -> PageShows:
    """Return what « Échanger » shows of it: comments, visits, échéances and the last lines of the thread."""
    subjects = {
        **comments_shown(context["comments"]),
        "visit": [visit.id for visit in context["visits"].rows],
        "deadline": [deadline.id for deadline in context["deadlines"]],
    }
    return PageShows(subjects=subjects, events=events_shown(context["timeline_page"].rows))


def data(asked: RoomRequest) -> dict[str, Any]:
    """Return the context of « Données »: series beside those of the sector, what happened meanwhile, accounts, plans, procedures."""
    stands = detections.standing(asked.session, asked.identity, asked.company)
    return _figures(asked, stands, _top(asked, stands))


def sheet(asked: RoomRequest) -> dict[str, Any]:
    """Return the context of the sheet that is taken to a visit: two pages of what the rooms say."""
    stands = detections.standing(asked.session, asked.identity, asked.company)
    figures = _figures(asked, stands, _top(asked, stands))
    why = detections.of_firm(asked.session, asked.identity, asked.company, stands)["why"]
    raising = sorted(
        (theme for theme in why["themes"] if (theme.contribution or 0) > 0),
        key=lambda theme: -(theme.contribution or 0),
    )
    charts = figures["charts"]
    drawn = [drawing(chart, charts.months) for chart in (charts.debt, *charts.others) if chart]
    followed_up = figures["cases"]
    known = summaries.of_case(asked.session, asked.identity, followed_up[0]) if followed_up else {}
    return {
        **figures,
        **known,
        "why": why,
        "drawings": [each for each in drawn if each][:DRAWN_ON_PAPER],
        "questions": questions_of(theme.code for theme in raising),
        "seat": queries.find_head_office(asked.session, asked.identity, asked.company.siren),
        "printed_on": today(),
    }


def identity(asked: RoomRequest) -> dict[str, Any]:
    """Return the context of « Identité »: the legal unit, its establishments, and why the reader sees it."""
    stands = detections.standing(asked.session, asked.identity, asked.company)
    places = establishments(asked.session, asked.identity, asked.company, size=PLACES_SHOWN)
    return {**_top(asked, stands), **places}


def establishments(
    session: Session, identity: Identity, company: Company, *,
    typed: str = "", cursor: str | None = None, size: int = PAGE_SIZE,
) -> dict[str, Any]:  # fmt: skip
    """Return what the panel of establishments needs: a page of them, those that ``typed`` keeps."""
    page = queries.list_establishments(
        session, identity, company.siren, typed=typed, cursor=cursor, size=size
    )
    closed = [place.siret for place in page.rows if not place.is_active]
    became = successions.map_successors(session, identity, closed) if closed else {}
    return {"company": company, "establishments": page, "typed": typed, "became": became}


def establishment(
    session: Session, identity: Identity, establishment: Establishment
) -> dict[str, Any]:
    """Return the context of the page of an establishment."""
    company = queries.get_company(session, identity, establishment.siren)
    number = establishment.siret
    series = _series(session, identity, company, number=number)
    links = successions.list_links(session, identity, number)
    return {
        **series,
        "charts": charts_of(series["series"], series["freshness"]),
        "plans": queries.list_payment_plans(session, identity, number),
        **unlocks.why_seen(session, identity, company),
        "establishment": establishment,
        "successors": links.successors,
        "predecessors": links.predecessors,
        **network.follow(session, identity, company),
        **cases.cases(session, identity, company),
        **visits.visits(session, identity, company, establishment),
        **company_lists.of_firm(session, identity, company),
    }


def _top(asked: RoomRequest, stands: Standing) -> dict[str, Any]:
    """Return what every room shows at its top, and what its panels share with it."""
    session, identity, company = asked.session, asked.identity, asked.company
    head_office = queries.find_head_office(session, identity, company.siren)
    series = _series(session, identity, company, number=company.siren)
    followed_up = cases.cases(session, identity, company)
    place = _visitable(identity, [head_office, *followed_up["openable"]])
    visited = visits.visits(session, identity, company, place)
    contacted = campaigns.of_firm(session, identity, company)
    seen = unlocks.why_seen(session, identity, company)
    filed = queries.list_accounts(session, identity, company.siren)
    entry = stands.entry
    averages = entry.list.parameters.get("averages", {}) if entry else {}
    situation = _situation(
        asked, stands, place=place, known={**followed_up, **visited, **seen, **contacted}
    )
    return {
        **series,
        **followed_up,
        **visited,
        **contacted,
        **seen,
        **network.follow(session, identity, company),
        **company_lists.of_firm(session, identity, company),
        "standing": stands,
        "yardstick": yardstick(entry, averages, company.naf) if entry else None,
        "key_figures": key_figures(series["series"], filed),
        "filed": filed,
        "accounts": accounts_table(
            filed, reads_all=Nature.COMPTES_CONFIDENTIELS in company.readable
        ),
        "people": people_on(followed_up["cases"]),
        **deadlines.of_firm(session, identity, company),
        "next_step": next_step(situation),
        "news": _news(session, identity, company),
        "rooms": _rooms(company, asked.room),
    }


def _situation(
    asked: RoomRequest, stands: Standing, *, place: Establishment | None, known: dict[str, Any]
) -> Situation:
    """What the next step is decided on."""
    visited = known["visits"].rows
    contact = known["being_contacted"]
    return Situation(
        company=asked.company,
        cases=known["cases"],
        visits=visited,
        openable=known["openable"],
        visitable=place,
        is_watched=bool(stands.entry or stands.in_force or visited),
        can_unlock=known["can_unlock"],
        unlock=known["unlock"],
        being_contacted=contact,
        is_mine=contact is not None and contact.agent_id == asked.identity.agent_id,
    )


def _figures(asked: RoomRequest, stands: Standing, top: dict[str, Any]) -> dict[str, Any]:
    """What the partners' files say of a firm, with what the top of the page already read."""
    session, identity, company = asked.session, asked.identity, asked.company
    events = queries.list_procedure_events(session, identity, company.siren)
    plans = queries.list_payment_plans(session, identity, company.siren)
    series, filed = top["series"], top["filed"]
    medians = sectors.list_medians(session, identity, company.naf)
    lines = median_lines(series, medians)
    happened = Happened(
        entries=stands.entries, visits=top["visits"].rows, plans=plans, procedures=events
    )
    marks = marks_by_month(series.months, happened)
    return {
        **top,
        "procedures": events,
        "plans": plans,
        "charts": charts_of(series, top["freshness"], medians=lines, accounts=filed),
        "median_of": next((sector_label(row.sector) for row in medians.values() if lines), None),
        "marks": marks,
        "letters": letters_used(marks),
        "ratios": _ratios(asked, filed),
    }


def _ratios(asked: RoomRequest, filed: Sequence[AnnualAccounts]) -> RatioBars | None:
    """The ratios of the last accounts that the reader may read, before those of the sector closed in the same year."""
    last = filed[0] if filed else None
    if last is None:
        return None
    spread = sectors.list_ratios(
        asked.session, asked.identity, asked.company.naf, last.closed_on.year
    )
    return ratio_bars(last, spread)


def _series(
    session: Session, identity: Identity, company: Company, *, number: str
) -> dict[str, Any]:
    freshness = queries.find_freshness(session)
    rows = queries.list_series(session, identity, number)
    table = presenters.series_table(identity, company, rows, freshness=freshness)
    return {"company": company, "freshness": freshness, "series": table}


def _visitable(identity: Identity, places: Iterable[Establishment | None]) -> Establishment | None:
    """Where the reader may log a visit: the head office, or else an establishment of their zone."""
    return next(
        (place for place in places if place and permits(identity, Permission.VISIT_WRITE, place)),
        None,
    )


def _news(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """What happened since the reader last came: nothing to count for whoever only came within the half hour."""
    last = last_reading(session, identity, company.siren)
    count = count_since(session, identity, company.siren, last.at) if last.at else 0
    return {"since": last.at, "is_first": last.is_first, "count": count, "bound": NEWS_COUNTED}


def _rooms(company: Company, current: FirmRoom) -> list[dict[str, Any]]:
    return [
        {
            "label": room.label,
            "url": url_for(f"firm.{room.value}", siren=company.siren),
            "is_current": room is current,
        }
        for room in FirmRoom
    ]
