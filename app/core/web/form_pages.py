"""Form pages, shown and submitted at one URL: drafts are restored, errors land on their field, nothing typed is lost."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import flash, request
from werkzeug.datastructures import MultiDict

from app.core.access.guard import require_identity
from app.core.errors import DomainError
from app.core.web import drafts
from app.core.web.drafts import Draft
from app.core.web.forms import DsfrForm
from app.extensions import db

FormType = TypeVar("FormType", bound=DsfrForm)
Result = TypeVar("Result")


def open_form(
    kind: type[FormType], *, path: str | None = None, **values: Any
) -> tuple[FormType, Draft | None]:
    """The form of the page at ``path`` (this one by default): as submitted, or as left in a draft, or with ``values``."""
    page = path or request.path
    if request.method == "POST" and page == request.path:
        return kind(**values), None
    draft = drafts.find(db.session(), require_identity(), form_path=page)
    # Explicitly no form data without a draft: on a POST to another form of the page, Flask-WTF would use that data.
    return kind(formdata=MultiDict(draft.fields) if draft else None, **values), draft


def accepted(form: DsfrForm, act: Callable[[], Result]) -> Result | None:
    """What ``act`` returns when the form is submitted and valid, its draft then deleted; ``None``, with error messages, otherwise."""
    if not form.validate_on_submit():
        return None
    try:
        result = act()
    except DomainError as error:
        refuse(form, error)
        return None
    drafts.discard(db.session(), require_identity(), form_path=request.path)
    return result


def attempted(act: Callable[[], Result], *, done: Callable[[Result], str]) -> None:
    """Do what a button asks, all or nothing, and say what came of it: ``done`` in one sentence, or why it cannot be."""
    try:
        with db.session.begin_nested():
            result = act()
    except DomainError as error:
        flash(error.message, "error")
    else:
        flash(done(result), "success")


def refuse(form: DsfrForm, error: DomainError) -> None:
    """Attach the message of ``error`` to its field, or to the form itself."""
    if error.field is not None and error.field in form:
        field = form[error.field]
        field.errors = [*field.errors, error.message]
    else:
        form.form_errors.append(error.message)


def status_of(form: DsfrForm) -> int:
    """The status of a page shown with its form: 422 when the submission is refused."""
    return 422 if form.is_submitted() and form.error_links else 200
