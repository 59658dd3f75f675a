"""The accompagnements that an address asks for: its filters, as they are offered to whoever asks."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.cases.assignments.queries import list_colleagues
from app.cases.forms import DELETED, FILTERED, SILENT, WHOSE, WITHOUT_REFERENT, CaseFilterForm
from app.cases.models import CaseState, Criticality
from app.cases.queries import CaseFilter
from app.core.access.identity import Identity
from app.core.access.permissions import Permission, permits
from app.core.web.forms import choices, number_or_none
from app.values.models import ListValue
from app.values.queries import list_usable


def asked(
    session: Session, identity: Identity, arguments: MultiDict[str, str]
) -> tuple[CaseFilterForm, CaseFilter]:
    """Return the form of the filters, and what they keep."""
    form = CaseFilterForm(arguments)
    values = list_usable(session, identity, *FILTERED, archived=True)
    form.offer(values)
    _offer_people(session, identity, form)
    return form, _wanted(form, values)


def said(form: CaseFilterForm) -> list[tuple[str, str]]:
    """The filters in force, as they are read: what is filtered, by what."""
    named = []
    for name, value in form.in_force.items():
        if value and value != form[name].default:
            labels: Mapping[str, str] = {
                choice.value: choice.label for choice in getattr(form[name], "choices", ())
            }
            named.append((form[name].label.text, labels.get(value, value)))
    return named


def _offer_people(session: Session, identity: Identity, form: CaseFilterForm) -> None:
    if permits(identity, Permission.CASE_ASSIGN):
        form.reseau.choices = choices([*WHOSE, WITHOUT_REFERENT])
    form.departement.choices = choices([("", "Tous"), *((d, d) for d in identity.departments)])
    people = list_colleagues(session, identity)
    offered = [(str(agent.id), agent.full_name) for agent in people]
    form.agent.choices = choices([("", "Tous"), *offered])


def _wanted(form: CaseFilterForm, values: Sequence[ListValue]) -> CaseFilter:
    state, criticality = form.chosen("etat"), form.chosen("criticite")
    return CaseFilter(
        state=CaseState(state) if state in set(CaseState) else None,
        is_deleted=state == DELETED[0],
        is_silent=form.chosen("nouvelles") == SILENT[0],
        department=form.chosen("departement"),
        criticality=Criticality(criticality) if criticality else None,
        siren=form.siren,
        agent_id=number_or_none(form.chosen("agent")),
        whose=form.chosen("reseau") or "all",
        values=form.value_ids(values),
    )
