"""What a cell of a file asks for: its text as Vigie would say it, and the value that it stands for."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.cases import services as cases
from app.cases.models import CaseState, Criticality
from app.core.access.identity import Identity
from app.core.access.permissions import Permission, permits, rule_of
from app.core.errors import DomainError
from app.core.now import today
from app.core.text.bounds import MAX_LENGTH
from app.core.text.folding import folded
from app.core.text.french import number_fr
from app.core.text.labelled import LabelledEnum
from app.deadlines.policies import may_change
from app.exchanges.files.columns import BETWEEN, LISTS, deadline_text
from app.exchanges.files.standing import CaseStanding
from app.values.models import ListValue

CLOSES = "Pour terminer un accompagnement, enregistrez son issue dans Vigie."
NO_DATE = "« {} » n’est pas une date : écrivez par exemple 22/11/2026."
NO_DUE_DATE = "Une échéance a besoin d’une date, dans « Échéance pour le »."
TOO_LONG = f"Une échéance a {number_fr(MAX_LENGTH)} caractères au plus : raccourcissez la cellule."
PAST = "Une échéance se fixe pour aujourd’hui ou plus tard."
EMPTIED = "Une échéance ne s’efface pas par un fichier : dites-la faite, ou annulez-la, dans Vigie."
NOT_YOURS = "Cette échéance n’est pas la vôtre : vous ne pouvez pas la reporter."
ALIKE = "Plusieurs de vos réseaux ont « {} » : posez-la ou retirez-la dans Vigie."
NO_NETWORK = "Vous n’avez pas de réseau : personne ne lirait cette échéance."


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a field should become: as Vigie says it, and the value to be given to a service."""

    text: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks, and what their rights allow besides those on each accompagnement."""

    identity: Identity
    may_watch: bool
    #: the values that they may choose, by list and name: two networks may name a tag alike
    usable: Mapping[tuple[str, str], Sequence[ListValue]]


def state_of(text: str) -> Wish:
    """Return the state that a cell names; raise `DomainError`."""
    state = _labelled(CaseState, text)
    return Wish(text=state.label, value=state)


def criticality_of(text: str) -> Wish:
    """Return the criticality that a cell names; raise `DomainError`."""
    criticality = _labelled(Criticality, text)
    return Wish(text=criticality.label, value=criticality)


def values_of(text: str, column: str, asker: Asker, standing: CaseStanding) -> Wish:
    """Return the values that a cell names; raise `DomainError` for one that the agent may not choose, or that two networks have."""
    names = [part.strip() for part in text.split(BETWEEN.strip()) if part.strip()]
    times = Counter(map(folded, names))
    chosen: list[ListValue] = []
    for name in {folded(each): each for each in names}.values():
        known = [
            value
            for value in asker.usable.get((column, folded(name)), ())
            if value.archived_at is None or value in standing.values
        ]
        if not known:
            raise DomainError(f"« {name} » n’est pas une valeur que vous pouvez choisir.")
        if len(known) > 1:
            # Of those alike, the ones that it holds are meant, as long as the cell names each.
            known = [value for value in standing.values if value in known]
            if len(known) != times[folded(name)]:
                raise DomainError(ALIKE.format(name))
        chosen += known
    labels = sorted(value.label for value in chosen)
    return Wish(text=BETWEEN.join(labels), value={value.id for value in chosen})


def deadline_of(what: str, due: str) -> Wish:
    """Return the échéance that two cells name: what, and for which day; raise `DomainError`."""
    day = _day(due) if due else None
    return Wish(text=deadline_text(what, day.isoformat() if day else ""), value=(what, day))


def against(asker: Asker, standing: CaseStanding, wish: Wish) -> str:
    """Return why an agent may not have a field become what is wished; nothing when they may."""
    case = standing.case
    if not permits(asker.identity, Permission.CASE_UPDATE, case):
        return rule_of(Permission.CASE_UPDATE).refusal
    if isinstance(wish.value, CaseState):
        return _against_state(asker, standing, wish.value)
    if isinstance(wish.value, tuple):
        return _against_deadline(asker, standing, *wish.value)
    return ""


def named(values: Iterable[ListValue]) -> dict[tuple[str, str], list[ListValue]]:
    """The values that a file may name, by column and name."""
    columns = {kind: column for column, kind in LISTS.items()}
    known: dict[tuple[str, str], list[ListValue]] = {}
    for value in values:
        known.setdefault((columns[value.list_code], folded(value.label)), []).append(value)
    return known


def _against_state(asker: Asker, standing: CaseStanding, state: CaseState) -> str:
    if state is CaseState.TERMINE:
        return CLOSES
    if not permits(asker.identity, Permission.CASE_MANAGE_MEMBERS, standing.case):
        return rule_of(Permission.CASE_MANAGE_MEMBERS).refusal
    if state is CaseState.SOUS_SURVEILLANCE and not asker.may_watch:
        return cases.ONLY_WATCHERS
    return ""


def _against_deadline(asker: Asker, standing: CaseStanding, what: str, day: date | None) -> str:
    if not what:
        return EMPTIED
    if len(what) > MAX_LENGTH:
        return TOO_LONG
    if day is None:
        return NO_DUE_DATE
    if day < today():
        return PAST
    if postpones(standing, what):
        may = standing.deadline is not None and may_change(asker.identity, standing.deadline)
        return "" if may else NOT_YOURS
    return "" if asker.identity.own_network_id is not None else NO_NETWORK


def postpones(standing: CaseStanding, what: str) -> bool:
    """Whether a wish is the next échéance at another day; else it is one more."""
    known = standing.deadline
    return known is not None and " ".join(known.what.split()) == what


def _labelled(kind: type[LabelledEnum], text: str) -> Any:
    for member in kind:
        if folded(member.label) == folded(text):
            return member
    known = ", ".join(member.label for member in kind)
    raise DomainError(f"« {text} » n’est pas une réponse connue : {known}.")


def _day(text: str) -> date:
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise DomainError(NO_DATE.format(text))


#: how each cell that stands for one field is read
READ: Mapping[str, Callable[[str], Wish]] = {"État": state_of, "Criticité": criticality_of}
