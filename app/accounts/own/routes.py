"""My account: who I am, my sessions, my passphrase, and the proof of identity required before changing how I sign in."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect as plain_redirect

from app.accounts import queries, services
from app.accounts.commitment import VALID_FOR
from app.accounts.local import factors, passkeys
from app.accounts.local import sign_in as signing_in
from app.accounts.local.forms import PassphraseForm, ProofForm, TelephoneForm
from app.accounts.models import Agent, Credential
from app.accounts.own import presenters
from app.accounts.sessions import lifecycle, store
from app.accounts.sessions.gates import is_imposed, local_path
from app.core.access.guard import access, require_identity
from app.core.access.identity import Nature
from app.core.access.permissions import Permission
from app.core.errors import DomainError, NotFoundError
from app.core.web.form_pages import accepted, open_form, refuse, status_of
from app.extensions import db

blueprint = Blueprint("account", __name__, url_prefix="/compte")


@blueprint.get("")
@access(Permission.ACCOUNT_OWN)
def show() -> ResponseReturnValue:
    """My account: who I am here, what I may read, and how I sign in."""
    identity, transaction = require_identity(), db.session()
    signed = queries.find_commitment(transaction, identity)
    return render_template(
        "accounts/account.html",
        agent=me(),
        natures=[
            presenters.held(identity, nature) for nature in Nature if nature in identity.natures
        ],
        credential=queries.find_credential(transaction, identity.agent_id),
        passkeys=passkeys.list_of(transaction, identity.agent_id),
        passkeys_are_possible=passkeys.is_possible(),
        codes_left=factors.count_recovery_codes(transaction, identity.agent_id),
        sessions=store.list_open(transaction, identity.agent_id),
        commitment=signed,
        commitment_ends=signed.accepted_at + VALID_FOR if signed else None,
        pages=presenters.page_links(transaction, identity),
    )


@blueprint.get("/sessions")
@access(Permission.ACCOUNT_OWN)
def list_sessions() -> ResponseReturnValue:
    """My open sessions."""
    rows = store.list_open(db.session(), require_identity().agent_id)
    present = lifecycle.current().row
    shown = [presenters.session_row(row, present=present) for row in rows]
    return render_template("accounts/sessions.html", rows=shown)


@blueprint.post("/sessions/<int:session_id>/fermeture")
@access(Permission.ACCOUNT_OWN)
def close_session(session_id: int) -> ResponseReturnValue:
    """Close one of my sessions."""
    lifecycle.close_one(db.session(), require_identity(), session_id)
    flash("La session est fermée.", "success")
    return plain_redirect(url_for("account.list_sessions"), 303)


@blueprint.post("/sessions/fermeture")
@access(Permission.ACCOUNT_OWN)
def close_other_sessions() -> ResponseReturnValue:
    """Close all my sessions except this one."""
    count = lifecycle.close_others(db.session(), require_identity(), why="fermées par l’agent")
    flash(
        "Vos autres sessions sont fermées." if count else "Il n’y avait pas d’autre session.",
        "success",
    )
    return plain_redirect(url_for("account.list_sessions"), 303)


@blueprint.route("/telephone", methods=["GET", "POST"])
@access(Permission.ACCOUNT_OWN)
def telephone() -> ResponseReturnValue:
    """Give, change or withdraw my telephone."""
    form, _ = open_form(TelephoneForm, telephone=me().telephone)
    if accepted(form, lambda: _changes_telephone(form)):
        flash("Votre numéro est enregistré.", "success")
        return plain_redirect(url_for("account.show"), 303)
    return render_template("accounts/telephone.html", form=form), status_of(form)


@blueprint.route("/phrase-de-passe", methods=["GET", "POST"])
@access(Permission.ACCOUNT_OWN)
def passphrase() -> ResponseReturnValue:
    """Change my passphrase; my other sessions are closed."""
    if my_credential() is None:
        return plain_redirect(url_for("account.show"), 303)
    form = PassphraseForm()
    if form.validate_on_submit() and _changes_passphrase(form):
        flash("Votre phrase de passe est changée, et vos autres sessions sont fermées.", "success")
        return plain_redirect(url_for("account.show"), 303)
    return render_template("accounts/passphrase.html", form=form), status_of(form)


@blueprint.route("/confirmation", methods=["GET", "POST"])
@access(Permission.ACCOUNT_SECURE)
def confirm() -> ResponseReturnValue:
    """Prove my identity, before I change how I sign in; the session gets a new key."""
    if my_credential() is None:
        return plain_redirect(url_for("account.show"), 303)
    form = ProofForm(next=request.args.get("next", ""))
    if form.validate_on_submit() and _proves(form, form.present.data, field="present"):
        lifecycle.strengthen()
        return plain_redirect(local_path(form.next.data) or url_for("account.show"), 303)
    page = render_template("accounts/confirmation.html", form=form, is_imposed=is_imposed())
    return page, status_of(form)


def me() -> Agent:
    """The agent of the request."""
    agent = queries.find_agent(db.session(), require_identity().agent_id)
    if agent is None:
        raise NotFoundError
    return agent


def my_credential() -> Credential | None:
    """What the agent of the request signs in with here; ``None`` if they use ProConnect."""
    return queries.find_credential(db.session(), require_identity().agent_id)


def _changes_passphrase(form: PassphraseForm) -> bool:
    if not _proves(form, form.present.data, field="present"):
        return False
    identity, transaction = require_identity(), db.session()
    try:
        services.change_passphrase(transaction, identity, me(), form.passphrase.data)
    except DomainError as error:
        refuse(form, error)
        return False
    lifecycle.close_others(transaction, identity, why="phrase de passe changée")
    lifecycle.strengthen()
    return True


def _proves(form: PassphraseForm | ProofForm, typed: str, *, field: str) -> bool:
    address = lifecycle.where().address
    try:
        signing_in.check_own_passphrase(me(), typed, address=address, field=field)
    except DomainError as error:
        refuse(form, error)
        return False
    return True


def _changes_telephone(form: TelephoneForm) -> bool:
    services.change_telephone(db.session(), require_identity(), me(), form.telephone.data)
    return True
