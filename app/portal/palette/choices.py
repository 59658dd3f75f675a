"""What the palette offers to whoever types: firms, views, lists of firms, pages and actions, as far as they may open each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from flask import url_for
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.guard import Policy, Public
from app.core.access.identity import Identity
from app.core.access.permissions import permits
from app.core.text.folding import folded
from app.core.web.pages import menu
from app.detections.panels import NEW
from app.search.texts.queries import find_lists, find_views
from app.watching.lists.panels import line
from app.watching.panels import address_of

#: choices of each kind that are offered at most
MOST = 6
#: the policy of an endpoint
PolicyOf = Callable[[str], Public | Policy | None]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A line of the palette: ``kind`` says what it is, « Entreprise », « Action »."""

    label: str
    kind: str
    url: str


@dataclass(frozen=True)
class _Action:
    """A page where something is done, offered to those who may open it."""

    label: str
    endpoint: str
    values: dict[str, object] = field(default_factory=dict)


ACTIONS = (
    _Action(
        "Voir les nouvelles alertes",
        "detections.index",
        {"nouveaute": [novelty.value for novelty in NEW]},
    ),
    _Action("Voir mon fil", "network.feed"),
    _Action("Voir mes suivis", "network.follows"),
    _Action("Voir mes vues des listes", "watching.views"),
    _Action("Voir les listes d’entreprises", "company_lists.index"),
    _Action("Voir mes notifications", "notifications.index"),
    _Action("Régler mes notifications", "notifications.settings"),
    _Action("Voir qui a consulté mes données", "readers.own"),
    _Action("Voir mon compte", "account.show"),
    _Action("Envoyer des fichiers", "imports.send"),
    _Action("Lancer une détection", "detection_runs.start"),
    _Action("Modifier les règles d’expert", "expert_rules.edit"),
    _Action("Demander un entraînement", "trainings.start"),
    _Action("Examiner les demandes d’habilitation", "habilitations.requests_queue"),
    _Action("Importer des agents", "habilitations.import_file"),
    _Action("Voir les réseaux", "habilitations.networks_list"),
    _Action("Lire l’aide", "about.help_page"),
)


def choices(
    session: Session, identity: Identity, typed: str, *,
    firms: Iterable[Company], searches: bool, policy_of: PolicyOf,
) -> list[Choice]:  # fmt: skip
    """Return what is offered for what was ``typed``: the ``firms`` that it suggests, views and lists if they search, pages, actions."""
    pages = [Choice(label=page["label"], kind="Page", url=page["url"]) for page in menu(identity)]
    acts = [
        Choice(label=act.label, kind="Action", url=url_for(act.endpoint, **act.values))  # type: ignore[arg-type]
        for act in ACTIONS
        if _may_open(identity, policy_of(act.endpoint))
    ]
    named = bool(typed) and searches
    views = find_views(session, identity, typed) if named else ()
    lists = find_lists(session, identity, typed) if named else ()
    return [
        *(_firm(firm) for firm in firms),
        *(Choice(label=view.name, kind="Vue", url=address_of(view)) for view in views),
        *(Choice(label=known.label, kind="Liste", url=line(known)["url"]) for known in lists),
        *_named(pages, typed),
        *_named(acts, typed),
    ]


def _may_open(identity: Identity, policy: Public | Policy | None) -> bool:
    return isinstance(policy, Public) or (
        isinstance(policy, Policy) and permits(identity, policy.permission)
    )


def _firm(firm: Company) -> Choice:
    place = f" – {firm.commune}" if firm.commune else ""
    url = url_for("firm.understand", siren=firm.siren)
    return Choice(label=f"{firm.name}{place}", kind="Entreprise", url=url)


def _named(offered: Sequence[Choice], typed: str) -> list[Choice]:
    """Those whose label holds every word typed, or begins one with it; all of them when nothing is typed."""
    words = _plain(typed).split()
    return [choice for choice in offered if all(word in _plain(choice.label) for word in words)][
        :MOST
    ]


def _plain(text: str) -> str:
    """Lower case, no accent, apostrophes as spaces."""
    return folded(text).replace("'", " ")
