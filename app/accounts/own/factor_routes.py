"""My second factors: an authenticator app, passkeys, recovery codes. Each change requires a recent proof of identity."""

import functools
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect as plain_redirect

from app.accounts import queries
from app.accounts.local import enrolment, factors, passkeys
from app.accounts.local.forms import NewPasskeyForm, TotpForm
from app.accounts.local.passkeys import Challenge
from app.accounts.models import Credential, Method
from app.accounts.own import presenters
from app.accounts.own.routes import me, my_credential
from app.accounts.sessions import lifecycle
from app.accounts.sessions.gates import is_imposed, local_path
from app.core.access.guard import access, require_identity
from app.core.access.permissions import Permission
from app.core.errors import DomainError
from app.core.web.form_pages import refuse, status_of
from app.extensions import db

blueprint = Blueprint("factors", __name__, url_prefix="/compte")

View = Callable[..., ResponseReturnValue]

#: keys of what the session holds between the page and its form
SECRET, CHALLENGE = "totp_secret", "new_passkey"


def recently_proved(view: View) -> View:
    """Pass a view the agent's credential, after a recent proof of identity; agents without one use ProConnect and are sent back."""

    @functools.wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        credential = my_credential()
        if credential is None:
            return plain_redirect(url_for("account.show"), 303)
        if not lifecycle.is_recently_proved():
            page = request.full_path.rstrip("?") if request.method == "GET" else None
            target = page or url_for("account.show")
            return plain_redirect(url_for("account.confirm", next=target), 303)
        return view(credential=credential, **arguments)

    return guarded


@blueprint.route("/second-facteur", methods=["GET", "POST"])
@access(Permission.ACCOUNT_SECURE)
@recently_proved
def totp(credential: Credential) -> ResponseReturnValue:
    """Enrol an authenticator app; the first factor comes with recovery codes."""
    form = TotpForm()
    if SECRET not in session:
        session[SECRET] = factors.totp().generate_totp_secret()
    is_first = not queries.has_second_factor(db.session(), credential)
    if form.validate_on_submit() and _keeps_totp(form, credential):
        return _enrolled(credential, Method.PASSPHRASE_TOTP, is_first=is_first)
    setup = presenters.totp_setup(me(), session[SECRET])
    page = render_template(
        "accounts/totp.html", form=form, setup=setup, credential=credential, **_frame()
    )
    return page, status_of(form)


@blueprint.post("/second-facteur/retrait")
@access(Permission.ACCOUNT_OWN)
@recently_proved
def remove_totp(credential: Credential) -> ResponseReturnValue:
    """Remove my authenticator app."""
    remove = enrolment.remove_totp
    return _removed(lambda: remove(db.session(), require_identity(), credential))


@blueprint.route("/cles", methods=["GET", "POST"])
@access(Permission.ACCOUNT_SECURE)
@recently_proved
def add_passkey(credential: Credential) -> ResponseReturnValue:
    """Create a passkey and store it."""
    if not passkeys.is_possible():
        return plain_redirect(url_for("account.show"), 303)
    form, existing = NewPasskeyForm(), passkeys.list_of(db.session(), credential.agent_id)
    is_first = not queries.has_second_factor(db.session(), credential)
    if form.validate_on_submit() and _keeps_passkey(form, credential):
        return _enrolled(credential, Method.PASSKEY, is_first=is_first)
    challenge = Challenge.draw()
    session[CHALLENGE] = challenge.packed()
    options = passkeys.options_to_register(me(), existing, challenge)
    page = render_template(
        "accounts/passkeys.html", form=form, options=options, passkeys=existing, **_frame()
    )
    return page, status_of(form)


@blueprint.post("/cles/<int:passkey_id>/retrait")
@access(Permission.ACCOUNT_OWN)
@recently_proved
def remove_passkey(credential: Credential, passkey_id: int) -> ResponseReturnValue:
    """Remove one of my passkeys."""
    remove = enrolment.remove_passkey
    return _removed(lambda: remove(db.session(), require_identity(), credential, passkey_id))


@blueprint.post("/codes-de-secours")
@access(Permission.ACCOUNT_OWN)
@recently_proved
def renew_codes(credential: Credential) -> ResponseReturnValue:
    """Replace my recovery codes; the new ones are shown only now."""
    try:
        return _codes_page(credential, is_imposed=False)
    except DomainError as error:
        flash(error.message, "error")
        return plain_redirect(url_for("account.show"), 303)


def _keeps_totp(form: TotpForm, credential: Credential) -> bool:
    try:
        enrolment.enrol_totp(
            db.session(),
            require_identity(),
            credential,
            secret=session[SECRET],
            code=form.code.data,
        )
    except DomainError as error:
        refuse(form, error)
        return False
    session.pop(SECRET)
    return True


def _keeps_passkey(form: NewPasskeyForm, credential: Credential) -> bool:
    try:
        enrolment.add_passkey(
            db.session(),
            require_identity(),
            credential,
            answer=form.credential.data,
            challenge=Challenge.unpacked(session.pop(CHALLENGE, None)),
            label=form.label.data,
        )
    except DomainError as error:
        refuse(form, error)
        return False
    return True


def _enrolled(credential: Credential, method: Method, *, is_first: bool) -> ResponseReturnValue:
    """Strengthen the session with the factor just enrolled; the first factor comes with recovery codes."""
    frame = is_imposed()
    lifecycle.strengthen(None if lifecycle.is_strong() else method)
    if is_first:
        return _codes_page(credential, is_imposed=frame)
    flash("C’est enregistré.", "success")
    return plain_redirect(url_for("account.show"), 303)


def _codes_page(credential: Credential, *, is_imposed: bool) -> ResponseReturnValue:
    codes = enrolment.renew_codes(db.session(), require_identity(), credential)
    target = local_path(request.args.get("next")) or url_for("accounts.welcome")
    return render_template(
        "accounts/recovery_codes.html", codes=codes, target=target, is_imposed=is_imposed
    )


def _removed(act: Callable[[], None]) -> ResponseReturnValue:
    try:
        act()
        flash("C’est retiré.", "success")
    except DomainError as error:
        flash(error.message, "error")
    return plain_redirect(url_for("account.show"), 303)


def _frame() -> dict[str, object]:
    """What enrolment pages have in common: whether they are imposed, and where to go next."""
    return {
        "is_imposed": is_imposed(),
        "target": local_path(request.args.get("next")),
        "passkeys_are_possible": passkeys.is_possible(),
    }
