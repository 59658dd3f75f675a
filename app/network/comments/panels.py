"""What the panel of comments needs, on the page of a firm or of an accompagnement; `templates/network/_panel_comments.html` shows it."""

from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.database.keyset import Page
from app.core.web.drafts import Draft
from app.core.web.form_pages import open_form
from app.core.web.forms import number_or_none
from app.network import queries
from app.network.comments.forms import CommentForm
from app.network.comments.readers import audiences_of
from app.network.models import Comment
from app.network.queries import CommentRange

#: comments on the firm's page
LAST_COMMENTS = 5


def of_firm(session: Session, identity: Identity, company: Company) -> dict[str, Any]:
    """For `_panel_comments.html` on the firm's page: the last comments, and the form as the agent left it."""
    path = url_for("comments.index", siren=company.siren)
    opened = open_form(CommentForm, path=path)
    found = queries.page_of_comments(
        session, identity, company.siren, CommentRange(size=LAST_COMMENTS)
    )
    return _comments(session, identity, company, found, opened=opened, path=path)


def asked_with(
    session: Session,
    identity: Identity,
    company: Company,
    *,
    opened: tuple[CommentForm, Draft | None],
    path: str,
) -> dict[str, Any]:
    """The page of comments on the firm that is asked for, with a form submitted to ``path``."""
    asked = _asked(path)
    found = queries.page_of_comments(session, identity, company.siren, asked)
    context = _comments(session, identity, company, found, opened=opened, path=path)
    return {**context, "comments_are_last": asked.cursor is None and asked.until is None}


def _comments(
    session: Session, identity: Identity, company: Company, found: Page[Comment], *,
    opened: tuple[CommentForm, Draft | None], path: str,
) -> dict[str, Any]:  # fmt: skip
    form, draft = opened
    audiences = audiences_of(session, identity, company.siren, company.departments)
    form.network_id.offer(audiences)
    return {
        "company": company,
        "comments": found.rows[::-1],
        "comments_page": found,
        "comments_are_last": True,
        "comment_form": form,
        "comment_draft": draft,
        "comment_url": path,
        "comments_widen": any(audience.network.is_codefi for audience in audiences),
    }


def _asked(path: str) -> CommentRange:
    """Which comments the address asks for, on their own page: those after a cursor, or from one of them on."""
    if request.path != path:
        return CommentRange()
    until = number_or_none(request.args.get("commentaire", ""))
    return CommentRange(cursor=request.args.get("suite"), until=until)
