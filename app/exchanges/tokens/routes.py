"""My tokens: made, shown once, revoked; what they open is documented."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.core.access.guard import Subject, access, require_identity
from app.core.access.permissions import Permission
from app.core.now import today
from app.core.web.form_pages import accepted, attempted, status_of
from app.core.web.htmx import redirect
from app.exchanges.tokens import queries, services
from app.exchanges.tokens.forms import TokenForm
from app.exchanges.tokens.models import ApiToken
from app.extensions import db

blueprint = Blueprint("api_tokens", __name__, url_prefix="/compte/jetons")

TOKEN = Subject("api_token", "api_token_id", queries.get_token)
#: days that a new token lasts, unless its agent says otherwise
LASTS = timedelta(days=90)


@blueprint.route("", methods=["GET", "POST"])
@access(Permission.API_TOKEN_MAKE)
def index() -> ResponseReturnValue:
    """Show my tokens, and make one, whose secret is shown once."""
    session, identity = db.session(), require_identity()
    form = TokenForm(expires_on=today() + LASTS)
    secret = accepted(form, lambda: _make(form))
    if secret is not None:
        return render_template("exchanges/token.html", secret=secret)
    tokens = queries.list_tokens(session, identity)
    return render_template("exchanges/tokens.html", form=form, tokens=tokens), status_of(form)


@blueprint.post("/<int:api_token_id>/revocation")
@access(Permission.API_TOKEN_REVOKE, subject=TOKEN)
def revoke(api_token: ApiToken) -> ResponseReturnValue:
    """Have one of my tokens open nothing any more."""
    attempted(
        lambda: services.revoke(db.session(), require_identity(), api_token),
        done=lambda _: "Le jeton n’ouvre plus rien.",
    )
    return redirect("api_tokens.index")


def _make(form: TokenForm) -> str:
    return services.make(
        db.session(), require_identity(),
        name=form.name.data, scopes=form.scopes.data or (), expires_on=form.expires_on.data,
    )  # fmt: skip
