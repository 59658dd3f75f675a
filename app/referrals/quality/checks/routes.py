"""The queue of what is to be checked, and the verdict on each."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.referrals.needs.models import Solicitation
from app.referrals.quality.checks import letters, queries, services, signals
from app.referrals.quality.checks.forms import AcceptForm, VerdictForm
from app.referrals.quality.checks.queries import ToCheck
from app.referrals.quality.models import CheckLetter, SolicitationDecision

blueprint = Blueprint("checks", __name__, url_prefix="/orientations/controle")

SOLICITATION = Subject("opened", "solicitation_id", queries.get_to_check)
DECISION = Subject("decision", "decision_id", queries.get_decision)
NOTHING = "Cochez au moins une demande."


@blueprint.get("")
@access(Permission.SOLICITATION_CHECK)
def index() -> ResponseReturnValue:
    """Show what nobody checked yet, oldest first, with what Vigie noticed."""
    session, identity = db.session(), require_identity()
    waiting = queries.slice_to_check(session, identity, request.args.get("suite"))
    return render_template(
        "referrals/quality/queue.html",
        waiting=waiting,
        signals=signals.signals_of(session, waiting.rows),
        lately=queries.list_lately(session, identity),
        form=AcceptForm(formdata=None),
    )


@blueprint.post("")
@access(Permission.SOLICITATION_CHECK)
def accept() -> ResponseReturnValue:
    """Find several « conforme » at once."""
    numbers = AcceptForm().numbers()
    if not numbers:
        flash(NOTHING, "error")
        return redirect("checks.index")
    attempted(
        lambda: services.accept(db.session(), require_identity(), numbers[: queries.AT_ONCE]),
        done=lambda count: f"{count} demande{'s' if count > 1 else ''} conforme{'s' if count > 1 else ''}.",
    )  # fmt: skip
    return redirect("checks.index")


@blueprint.route("/<int:solicitation_id>", methods=["GET", "POST"])
@access(Permission.SOLICITATION_CHECK, subject=SOLICITATION)
def check(opened: ToCheck) -> ResponseReturnValue:
    """Show a solicitation, what Vigie noticed, what each letter says; keep a verdict."""
    session, identity, solicitation = db.session(), require_identity(), opened.asked
    form, draft = open_form(VerdictForm)
    decision = accepted(form, lambda: _decide(solicitation, form))
    if decision is not None:
        flash(f"Demande n° {solicitation.id} : {decision.verdict.label}. Vous pouvez l’annuler pendant une heure.", "success")  # fmt: skip
        return redirect("checks.index")
    page = render_template(
        "referrals/quality/check.html",
        asked=solicitation,
        signals=signals.signals_of(session, [solicitation])[solicitation.id],
        decision=queries.find_current(session, solicitation.id),
        has_address=queries.has_address(session, identity, solicitation.id),
        letters=[(each, letters.TEXTS[each]) for each in CheckLetter],
        form=form,
        draft=draft,
    )
    return page, status_of(form)


@blueprint.post("/decisions/<int:decision_id>/annulation")
@access(Permission.SOLICITATION_CHECK, subject=DECISION)
def undo(decision: SolicitationDecision) -> ResponseReturnValue:
    """Undo a verdict within an hour."""
    attempted(
        lambda: services.undo(db.session(), require_identity(), decision),
        done=lambda _: (
            "La demande est de nouveau à contrôler, et ses besoins sont rendus à leurs experts."
        ),
    )
    return redirect("checks.index")


def _decide(solicitation: Solicitation, form: VerdictForm) -> SolicitationDecision:
    return services.decide(db.session(), require_identity(), solicitation, form.finding())
