"""What was found besides firms, each with the reason it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.front.addresses import path_to
from app.core.now import day_of
from app.core.text.french import date_fr
from app.network.models import Comment
from app.network.presenters import audience_of, comment_path
from app.search.texts.queries import CLOSES, OPENS, FoundTexts
from app.visits.models import Visit
from app.watching.lists.models import CompanyList
from app.watching.lists.panels import audience_of as list_audience
from app.watching.lists.panels import line
from app.watching.models import SavedView
from app.watching.panels import address_of


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something found: where it leads, why it was found, who reads it, and the words around, those found marked."""

    title: str
    url: str
    reason: str
    #: when it was written, or when the visit was
    day: date | None = None
    audience: str | None = None
    extract: Sequence[tuple[str, bool]] = ()


@dataclass(frozen=True, kw_only=True)
class HitGroup:
    """Hits of a kind."""

    id: str
    label: str
    hits: Sequence[Hit]


def groups(identity: Identity, found: FoundTexts) -> list[HitGroup]:
    """Return what was found, by kind: people met, texts, lists of firms, views."""
    met = [_met(visit, company) for visit, company, _, is_met in found.visits if is_met]
    written = [
        *(_comment(comment, company, extract) for comment, company, extract in found.comments),
        *(
            _note(visit, company, extract)
            for visit, company, extract, is_met in found.visits
            if not is_met
        ),
    ]
    written.sort(key=lambda hit: hit.day or date.min, reverse=True)
    lists = [_list(identity, known) for known in found.lists]
    views = [_view(identity, view) for view in found.views]
    every = (
        HitGroup(id="contacts", label="Personnes rencontrées", hits=met),
        HitGroup(id="textes", label="Textes que vous pouvez lire", hits=written),
        HitGroup(id="listes", label="Listes d’entreprises", hits=lists),
        HitGroup(id="vues", label="Vues des listes", hits=views),
    )
    return [group for group in every if group.hits]


def _met(visit: Visit, company: Company) -> Hit:
    note = visit.note
    return Hit(
        title=f"{note.people_met if note else ''} – {company.name}",
        url=path_to("visits.detail", visit_id=visit.id),
        reason=f"Contact du {date_fr(visit.visited_on)}, consigné par {visit.author.full_name}",
        audience=audience_of(note) if note else None,
    )


def _note(visit: Visit, company: Company, extract: str) -> Hit:
    return Hit(
        title=company.name,
        url=path_to("visits.detail", visit_id=visit.id),
        reason=f"Compte rendu du {date_fr(visit.visited_on)}, par {visit.author.full_name}",
        day=visit.visited_on,
        audience=audience_of(visit.note) if visit.note else None,
        extract=_marked(extract),
    )


def _comment(comment: Comment, company: Company, extract: str) -> Hit:
    return Hit(
        title=company.name,
        url=comment_path(comment.siren, comment.id),
        reason=f"Commentaire du {date_fr(comment.created_at)}, par {comment.author.full_name}",
        day=day_of(comment.created_at),
        audience=audience_of(comment),
        extract=_marked(extract),
    )


def _list(identity: Identity, known: CompanyList) -> Hit:
    said = line(known)
    by = (
        "Votre liste"
        if known.author_id == identity.agent_id
        else f"Liste partagée par {known.author.full_name}"
    )
    reason = " – ".join(part for part in (by, said["source"]) if part)
    return Hit(title=known.label, url=said["url"], reason=reason, audience=list_audience(known))


def _view(identity: Identity, view: SavedView) -> Hit:
    is_mine = view.agent_id == identity.agent_id
    reason = "Votre vue" if is_mine else f"Vue partagée par {view.agent.full_name}"
    return Hit(title=view.name, url=address_of(view), reason=reason)


def _marked(extract: str) -> list[tuple[str, bool]]:
    """The parts of an extract, and whether each is what was looked for; what Markdown writes around words is left out."""
    parts: list[tuple[str, bool]] = []
    for opened in extract.replace("**", "").split(OPENS):
        found, closes, after = opened.partition(CLOSES)
        parts += [(found, True), (after, False)] if closes else [(opened, False)]
    return [(text, is_found) for text, is_found in parts if text]
