"""Pages of a form, shown and sent at one URL: drafts come back, refusals land on their field, nothing typed is lost."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request
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
    """The form of the page at ``path`` (by default, this one): as sent, else as left in a draft, else with ``values``."""
    page = path or request.path
    if request.method == "POST" and page == request.path:
        return kind(**values), None
    draft = drafts.find(db.session(), require_identity(), form_path=page)
    # Without a draft, no form data: on a POST to another form of the page, Flask-WTF would take it.
    return kind(formdata=MultiDict(draft.fields) if draft else None, **values), draft


def accepted(form: DsfrForm, act: Callable[[], Result]) -> Result | None:
    """What ``act`` returns when the form is sent and valid, its draft forgotten; ``None`` with messages otherwise."""
    if not form.validate_on_submit():
        return None
    try:
        result = act()
    except DomainError as error:
        refuse(form, error)
        return None
    drafts.discard(db.session(), require_identity(), form_path=request.path)
    return result


def refuse(form: DsfrForm, error: DomainError) -> None:
    """Write the message of ``error`` on its field, or on the whole form."""
    if error.field is not None and error.field in form:
        field = form[error.field]
        field.errors = [*field.errors, error.message]
    else:
        form.form_errors.append(error.message)


def status_of(form: DsfrForm) -> int:
    """The status of a page shown with its form: 422 when what was sent is refused."""
    return 422 if form.is_submitted() and form.error_links else 200
