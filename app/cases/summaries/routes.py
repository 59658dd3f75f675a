"""Write the synthèse of an accompagnement for one of my networks, and read what it said before."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.cases.models import Case
from app.cases.queries import get_case
from app.cases.summaries import presenters, queries, services
from app.cases.summaries.forms import SummaryForm
from app.cases.summaries.models import HEADINGS, CaseSummary
from app.cases.summaries.services import Rewritten
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, open_form, status_of
from app.core.web.htmx import redirect, render
from app.extensions import db
from app.habilitations.models import Network
from app.network.presenters import audience_label

blueprint = Blueprint("summaries", __name__)

CASE = Subject("case", "case_id", get_case)
SUMMARY = Subject("summary", "summary_id", queries.get_summary)


@blueprint.route(
    "/accompagnements/<int:case_id>/synthese/<int:network_id>", methods=["GET", "POST"]
)
@access(Permission.CASE_UPDATE, subject=CASE)
def edit(case: Case, network_id: int) -> ResponseReturnValue:
    """Write the synthèse; what others wrote meanwhile is shown before anything is kept."""
    session, identity = db.session(), require_identity()
    network = queries.get_network(session, identity, network_id)
    summary = queries.find_summary(session, case.id, network.id)
    version = summary.version if summary else 0
    form, draft = open_form(SummaryForm, **services.texts_of(summary), version=version)
    result = accepted(form, lambda: _write(case, network, form))
    if isinstance(result, CaseSummary):
        return redirect("cases.detail", case_id=case.id, _anchor=f"synthese-{result.id}")
    context: dict[str, Any] = {"case": case, "network": network, "draft": draft}
    if result is not None:
        return _to_look_at(result, context), 422
    return _page(form, context), status_of(form)


@blueprint.get("/syntheses/<int:summary_id>/historique")
@access(Permission.SUMMARY_READ, subject=SUMMARY)
def history(summary: CaseSummary) -> ResponseReturnValue:
    """Show each text that the synthèse had, with what changed, who wrote it and when."""
    page = queries.slice_of_versions(db.session(), summary, request.args.get("suite"))
    context: dict[str, Any] = {
        "summary": summary,
        "audience": audience_label(summary.network, [summary.case.department]),
        "versions": presenters.past_versions(page.rows),
        "next_cursor": page.next_cursor,
    }
    pages = ("cases/summaries/history.html", "cases/summaries/_history.html")
    return render(*pages, **context)


def _write(case: Case, network: Network, form: SummaryForm) -> CaseSummary | Rewritten:
    return services.write(
        db.session(), require_identity(), case, network_id=network.id,
        texts={name: form[name].data for name in HEADINGS}, version=form.began_with,
    )  # fmt: skip


def _to_look_at(found: Rewritten, context: dict[str, Any]) -> str:
    """The form filled with both texts, that one more click keeps."""
    form = SummaryForm(formdata=None, **found.merged, version=found.version)
    latest = queries.find_summary(db.session(), context["case"].id, context["network"].id)
    said = presenters.last_words(latest) if latest else ""
    return _page(form, {**context, "draft": None}, meanwhile=presenters.meanwhile(found), said=said)


def _page(form: SummaryForm, context: dict[str, Any], **more: Any) -> str:
    audience = audience_label(context["network"], [context["case"].department])
    return render_template(
        "cases/summaries/edit.html", form=form, audience=audience, **context, **more
    )
