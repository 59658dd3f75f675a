"""The ideas box: looking, proposing, voting, answering; what was changed."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.htmx import redirect
from app.extensions import db
from app.openlab.ideas import queries, services
from app.openlab.ideas.forms import IdeaAnswerForm, IdeaFilter, IdeaForm, OpenlabChangeForm
from app.openlab.ideas.models import Idea, IdeaState

blueprint = Blueprint("ideas", __name__, url_prefix="/openlab")

IDEA = Subject("idea", "idea_id", queries.get_idea)


@blueprint.get("/idees")
@access(Permission.OPENLAB_READ)
def index() -> ResponseReturnValue:
    """Show the ideas, those that most are for first."""
    form = IdeaFilter(request.args)
    asked = form if form.validate() else IdeaFilter(formdata=None)
    found = queries.slice_of_ideas(
        db.session(), require_identity(), request.args.get("suite"), state=asked.wanted(), said=asked.q.data or ""
    )  # fmt: skip
    filters = {"q": asked.q.data or None, "etat": asked.etat.data or None}
    page = render_template("openlab/ideas.html", form=form, ideas=found, filters=filters)
    return page, 200 if asked is form else 422


@blueprint.route("/idees/nouvelle", methods=["GET", "POST"])
@access(Permission.OPENLAB_WRITE)
def propose() -> ResponseReturnValue:
    """Propose an idea, once those that say nearly the same were shown."""
    session, identity = db.session(), require_identity()
    form, draft = open_form(IdeaForm, title=request.args.get("q", ""))
    made = accepted(form, lambda: _propose(form))
    if made is not None:
        flash("Votre idée est proposée, et vous votez pour elle.", "success")
        return redirect("ideas.show", idea_id=made.id)
    said = (form.title.data or "").strip()
    alike = queries.list_alike(session, identity, said) if said else []
    page = render_template("openlab/propose.html", form=form, draft=draft, alike=alike)
    return page, status_of(form)


@blueprint.get("/idees/<int:idea_id>")
@access(Permission.OPENLAB_READ, subject=IDEA)
def show(idea: Idea) -> ResponseReturnValue:
    """Show an idea and what the team answers."""
    session, identity = db.session(), require_identity()
    return render_template(
        "openlab/idea.html", idea=idea, votes=queries.count_votes(session, identity, idea),
        is_for=queries.is_for(session, identity, idea),
        is_open=idea.state not in (IdeaState.DONE, IdeaState.SET_ASIDE),
    )  # fmt: skip


@blueprint.post("/idees/<int:idea_id>/vote")
@access(Permission.OPENLAB_WRITE, subject=IDEA)
def vote(idea: Idea) -> ResponseReturnValue:
    """Be for an idea."""
    attempted(
        lambda: services.vote(db.session(), require_identity(), idea),
        done=lambda _: "Votre vote est compté ; vous pouvez le retirer à tout moment.",
    )
    return redirect("ideas.show", idea_id=idea.id)


@blueprint.post("/idees/<int:idea_id>/vote/retrait")
@access(Permission.OPENLAB_WRITE, subject=IDEA)
def take_back(idea: Idea) -> ResponseReturnValue:
    """Be for it no more."""
    attempted(
        lambda: services.take_back(db.session(), require_identity(), idea),
        done=lambda _: "Votre vote est retiré.",
    )
    return redirect("ideas.show", idea_id=idea.id)


@blueprint.route("/idees/<int:idea_id>/reponse", methods=["GET", "POST"])
@access(Permission.OPENLAB_ANSWER, subject=IDEA)
def answer(idea: Idea) -> ResponseReturnValue:
    """Answer an idea for the team."""
    form, draft = open_form(IdeaAnswerForm, becomes=idea.state.value)
    if accepted(form, lambda: _answer(idea, form)):
        flash("La réponse est publiée.", "success")
        return redirect("ideas.show", idea_id=idea.id)
    page = render_template("openlab/answer.html", idea=idea, form=form, draft=draft)
    return page, status_of(form)


@blueprint.route("/changements/nouveau", methods=["GET", "POST"])
@access(Permission.OPENLAB_ANSWER)
def tell_change() -> ResponseReturnValue:
    """Say what was changed."""
    session, identity = db.session(), require_identity()
    form, draft = open_form(OpenlabChangeForm)
    form.offer([row[0] for row in queries.slice_of_ideas(session, identity, None).rows])
    if accepted(form, lambda: _tell(form)):
        flash("Ce changement est dit ; la prochaine fiche l’annonce.", "success")
        return redirect("openlab.index")
    return render_template("openlab/change.html", form=form, draft=draft), status_of(form)


def _propose(form: IdeaForm) -> Idea:
    return services.propose(
        db.session(), require_identity(), title=form.title.data or "", body=form.body.data or "",
        is_another=bool(form.is_another.data),
    )  # fmt: skip


def _answer(idea: Idea, form: IdeaAnswerForm) -> bool:
    services.answer(
        db.session(), require_identity(), idea, state=IdeaState(form.becomes.data), body=form.body.data or ""
    )  # fmt: skip
    return True


def _tell(form: OpenlabChangeForm) -> bool:
    said = services.ToldChange(
        title=form.title.data or "", body=form.body.data or "", done_on=form.done_on.data, idea_id=form.idea_id.data
    )  # fmt: skip
    services.tell_change(db.session(), require_identity(), said)
    return True
