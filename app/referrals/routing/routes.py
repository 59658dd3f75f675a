"""« Qui répondrait ? », the communes it suggests, and what would happen without an expert."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.companies.models import Company
from app.companies.queries import get_company
from app.core.access.guard import access, require_identity
from app.core.access.identity import Role
from app.core.access.permissions import Permission
from app.core.errors import DomainError, NotFoundError
from app.core.now import today
from app.core.web.form_pages import refuse
from app.core.web.forms import choices, flag_or_none, number_or_none
from app.extensions import db
from app.referrals.areas.gazetteer import Area, gazetteer
from app.referrals.directory import queries as entries
from app.referrals.directory import typed
from app.referrals.directory.experts.routes import EXPERT
from app.referrals.directory.models import Expert
from app.referrals.routing import presenters, queries
from app.referrals.routing.cards import Need, place_of
from app.referrals.routing.engine import route
from app.referrals.routing.facts import facts_of
from app.referrals.routing.forms import WhoAnswersForm
from app.referrals.routing.simulation import simulate
from app.referrals.routing.trials import trial

blueprint = Blueprint("routing", __name__)

#: parts of the question that choosing a commune keeps
KEPT = ("sujet", "siren", "dette", "premiere")
NO_SUBJECT = "Choisissez un sujet."
NO_FIRM = (
    "Aucune entreprise que vous lisez n’a ce siren : vérifiez ses neuf chiffres, ou laissez vide."
)


@dataclass(frozen=True, kw_only=True)
class AskedNeed:
    """A need as the address says it, with the commune and the firm that are named."""

    need: Need
    area: Area
    company: Company | None


@blueprint.get("/annuaire/qui-repondrait")
@access(Permission.DIRECTORY_READ)
def who_answers() -> ResponseReturnValue:
    """To whom a need would go, and why; to whom it would not, and why not."""
    session, identity = db.session(), require_identity()
    form = WhoAnswersForm(formdata=request.args)
    subjects = entries.list_subjects(session, identity)
    form.sujet.choices = choices([("", "Choisissez"), *((str(each.id), each.label) for each in subjects)])  # fmt: skip
    context: dict[str, object] = {"form": form, "asked": None}
    if request.args.get("sujet") or request.args.get("commune"):
        try:
            context |= _answered(_asked(form))
        except DomainError as error:
            refuse(form, error)
    return render_template("referrals/routing/who_answers.html", **context)


@blueprint.get("/annuaire/communes")
@access(Permission.DIRECTORY_READ)
def communes() -> ResponseReturnValue:
    """The communes whose name or postal code begins as what is typed, as the options of a list; each keeps the rest of the question."""
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    options = [
        (area, url_for("routing.who_answers", **{**kept, "commune": area.name}))
        for area in gazetteer().suggest(request.args.get("commune", ""))
    ]
    return render_template("referrals/routing/_communes.html", options=options)


@blueprint.get("/annuaire/experts/<int:expert_id>/sans-lui")
@access(Permission.DIRECTORY_READ, subject=EXPERT)
def without(expert: Expert) -> ResponseReturnValue:
    """What would become of needs if an expert left the directory."""
    session, identity = db.session(), require_identity()
    subject_ids = [each.subject_id for each in expert.competences]
    before = queries.load_directory(session, identity, subject_ids=subject_ids)
    card = before.experts.get(expert.id)
    after = before.with_experts([replace(card, is_archived=True)] if card else [])
    tried = trial(session, subject_ids=subject_ids, areas=expert.territory)
    simulation = simulate(tried.needs, before, after)
    # Where somebody asked for what is read by the team alone; a commune of a list is nobody’s need.
    is_shown = not tried.is_past or identity.has_role(Role.ORIENTEUR)
    return render_template(
        "referrals/routing/without.html",
        expert=expert,
        simulation=simulation,
        sentence=presenters.simulated(tried, simulation),
        examples=presenters.examples(simulation, before, after) if is_shown else [],
    )


def _answered(asked: AskedNeed) -> dict[str, object]:
    need = asked.need
    directory = queries.load_directory(db.session(), require_identity(), subject_ids=[need.subject_id])  # fmt: skip
    routing = route(need, directory)
    return {
        "asked": asked,
        "gap": routing.gap,
        "proposed": presenters.proposed(need, directory, routing),
        "rejected": presenters.rejected(directory, routing),
        "elsewhere": presenters.elsewhere(need, directory, routing),
    }


def _asked(form: WhoAnswersForm) -> AskedNeed:
    """The need of an address; raise `DomainError`."""
    subject_id = number_or_none(form.sujet.data)
    if subject_id is None:
        raise DomainError(NO_SUBJECT, field="sujet")
    area = typed.commune_of(form.commune.data or "", field="commune")
    company = _company(form.siren.data)
    facts = facts_of(
        company, has_debt=flag_or_none(form.dette.data), is_first=flag_or_none(form.premiere.data)
    )
    place = place_of(gazetteer(), area)
    need = Need(subject_id=subject_id, place=place, day=today(), facts=facts)
    return AskedNeed(need=need, area=area, company=company)


def _company(siren: str | None) -> Company | None:
    wanted = "".join((siren or "").split())
    if not wanted:
        return None
    try:
        return get_company(db.session(), require_identity(), wanted)
    except NotFoundError:
        raise DomainError(NO_FIRM, field="siren") from None
