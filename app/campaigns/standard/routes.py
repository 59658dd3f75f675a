"""Standard letters, edited by administrators: looked at on an invented firm before they are kept."""

from typing import Any

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.campaigns.letters import sampled
from app.campaigns.standard import queries, services
from app.campaigns.standard.forms import StandardLetterForm
from app.campaigns.standard.models import StandardLetter
from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.web.form_pages import accepted, attempted, open_form, status_of
from app.core.web.forms import number_or_none
from app.core.web.htmx import redirect
from app.extensions import db

blueprint = Blueprint("standard_letters", __name__, url_prefix="/administration/lettres")

LETTER = Subject("letter", "letter_id", queries.get_letter)


@blueprint.get("")
@access(Permission.LETTER_MANAGE)
def index() -> ResponseReturnValue:
    """Every standard letter."""
    letters = queries.list_letters(db.session(), archived=True)
    return render_template("campaigns/standard/index.html", letters=letters)


@blueprint.route("/nouvelle", methods=["GET", "POST"])
@access(Permission.LETTER_MANAGE)
def add() -> ResponseReturnValue:
    """Write a standard letter."""
    form, draft = open_form(StandardLetterForm)
    return _page(form, None, draft=draft)


@blueprint.route("/<int:letter_id>", methods=["GET", "POST"])
@access(Permission.LETTER_MANAGE, subject=LETTER)
def change(letter: StandardLetter) -> ResponseReturnValue:
    """Rewrite a standard letter, and see what it said before."""
    current = letter.current
    form, draft = open_form(
        StandardLetterForm, label=letter.label, body=current.body, shown=str(current.id)
    )
    return _page(form, letter, draft=draft)


@blueprint.post("/<int:letter_id>/archivage")
@access(Permission.LETTER_MANAGE, subject=LETTER)
def switch(letter: StandardLetter) -> ResponseReturnValue:
    """Archive it, or offer it again."""
    attempted(
        lambda: services.switch(db.session(), require_identity(), letter),
        done=lambda is_offered: (
            "La lettre est de nouveau proposée."
            if is_offered
            else "La lettre n’est plus proposée ; les campagnes qui en sont parties gardent leur texte."
        ),
    )
    return redirect("standard_letters.index")


def _page(
    form: StandardLetterForm, letter: StandardLetter | None, *, draft: Any
) -> ResponseReturnValue:
    """Keep what is sent, or look at it."""
    sample = None
    if form.preview.data:
        # Checked as if it were kept: what cannot be is said, and nothing typed is lost.
        sample = accepted(form, lambda: sampled(services.check(form.body.data)))
    elif accepted(form, lambda: _keep(form, letter)):
        flash("La lettre est enregistrée. Les campagnes déjà créées gardent leur texte.", "success")
        return redirect("standard_letters.index")
    if sample is None and letter is not None and not form.is_submitted():
        sample = sampled(letter.current.body)
    page = render_template(
        "campaigns/standard/edit.html", form=form, letter=letter, sample=sample, draft=draft
    )
    return page, status_of(form)


def _keep(form: StandardLetterForm, letter: StandardLetter | None) -> bool:
    session, identity = db.session(), require_identity()
    said = {"label": form.label.data, "body": form.body.data}
    if letter is None:
        services.add(session, identity, **said)
    else:
        services.change(session, identity, letter, **said, shown=number_or_none(form.shown.data))
    return True
