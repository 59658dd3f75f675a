"""What the pages of lists of firms show, and what they do together."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity, Nature
from app.core.database.keyset import COUNTED
from app.core.text.french import counted_fr, number_fr
from app.core.web.forms import choices
from app.habilitations.queries import list_audiences
from app.watching.lists import policies, queries, services
from app.watching.lists.forms import ALONE, EVERYBODY, CompanyListForm
from app.watching.lists.models import CompanyList, ListSource
from app.watching.lists.panels import audience_of, line
from app.watching.lists.services import Filled

#: what the address of a list may ask for: those of its firms that are not in alert
ALERT, OUT = "alerte", "non"
NOTHING: Mapping[str, str] = MappingProxyType({})
#: numbers told of those that could not be put on a list
TOLD = 10


def offer(session: Session, identity: Identity, form: CompanyListForm) -> None:
    """Offer the sources, the audiences and the natures that the agent may choose."""
    networks = [(str(network.id), network.label) for network in list_audiences(session, identity)]
    partners = policies.makes_partners(identity)
    everybody = [(EVERYBODY, "Tous les agents habilités, chacun dans sa zone")]
    form.audience.choices = choices([(ALONE, "Moi seul"), *networks, *(everybody * partners)])
    if not partners:
        form.source.choices = choices([(ListSource.AGENTS.value, ListSource.AGENTS.label)])
    held = [(nature.value, nature.label) for nature in Nature if nature in identity.natures]
    form.nature.choices = choices([("", "Aucune"), *held])


def lists(session: Session, identity: Identity, cursor: str | None) -> dict[str, Any]:
    """Return the context of the page of lists, from a cursor on."""
    found = queries.slice_of_lists(session, identity, cursor)
    return {
        "lists": [_row(identity, known, count) for known, count in found.rows],
        "next_cursor": found.next_cursor,
    }


def firms(
    session: Session, identity: Identity, known: CompanyList, query: Mapping[str, str] = NOTHING
) -> dict[str, Any]:
    """Return the context of the page of a list; ``query``: from which cursor on, and whether without those in alert.

    Whoever reads no alert is shown every firm: which ones are out of alert says which ones are in it.
    """
    reads_alerts = Nature.SCORE in identity.natures
    out_of_alert = reads_alerts and query.get(ALERT) == OUT
    page = queries.page_of_firms(
        session, identity, known, query.get("suite"), out_of_alert=out_of_alert
    )
    return {
        "company_list": known,
        "reads_alerts": reads_alerts,
        "out_of_alert": out_of_alert,
        "audience": audience_of(known),
        "firms": page.rows,
        "results": page,
        "fills": policies.fills(identity, known),
        "owns": policies.owns(identity, known) and known.archived_at is None,
    }


def trace_of(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the journal says of the firms of a list that somebody was shown: the context of `firms`."""
    known: CompanyList = shown["company_list"]
    said = {known.nature} | ({Nature.SCORE} if shown["out_of_alert"] else set())
    natures = sorted(nature.value for nature in said if nature)
    sirens = [company.siren for company, _ in shown["firms"]]
    return {"company_list": known.id, "count": len(sirens), "natures": natures, "sirens": sirens}


def told(put: Filled) -> Iterator[tuple[str, str]]:
    """Yield what became of the firms pasted, as messages with their category."""
    if put.added:
        yield "success", f"{counted_fr(len(put.added), 'entreprise')} sur la liste."
    if put.known:
        yield "info", f"Déjà sur la liste : {number_fr(len(put.known))}."
    if put.out_of_reach:
        yield "warning", f"Hors de votre zone, non ajoutées : {_numbers(put.out_of_reach)}."
    if put.unknown:
        yield "warning", f"Inconnues de Vigie, non ajoutées : {_numbers(put.unknown)}."


def settle(
    session: Session,
    identity: Identity,
    company: Company,
    filled: Sequence[CompanyList],
    chosen: Collection[str] | None,
) -> bool:
    """Put a firm on the lists chosen among those that the agent fills, and take it off the others."""
    for known in filled:
        if str(known.id) in (chosen or ()):
            put = services.fill(session, identity, known, [company.siren])
            if put.out_of_reach:
                raise services.out_of_reach()
        else:
            services.empty(session, identity, known, [company.siren])
    return True


def _row(identity: Identity, known: CompanyList, count: int) -> dict[str, Any]:
    return {
        **line(known),
        "description": known.description,
        "author": "Moi" if known.author_id == identity.agent_id else known.author.full_name,
        "audience": audience_of(known),
        "count": f"plus de {number_fr(COUNTED)}" if count > COUNTED else number_fr(count),
    }


def _numbers(sirens: Sequence[str]) -> str:
    beyond = f" et {number_fr(len(sirens) - TOLD)} autres" if len(sirens) > TOLD else ""
    return ", ".join(sirens[:TOLD]) + beyond
