"""The page of a link: opening it changes nothing, so that whoever reads e-mails before their reader may; answering takes a POST."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from app.accounts.local import backoff
from app.core import secret_links
from app.core.access.guard import public
from app.core.access.rows import acting_as, carry
from app.core.database.unit_of_work import apart, request_session
from app.core.errors import DomainError
from app.core.web.answers import NO_REFERRER
from app.core.web.form_pages import refuse
from app.core.web.forms import DsfrForm
from app.core.work.jobs import defer
from app.core.work.tasks import Task
from app.extensions import csrf
from app.referrals.links import acting, presenters, queries
from app.referrals.links.acting import HOLDER, ClosedError, Contact
from app.referrals.links.forms import AcceptanceForm, CloseForm, LinkForm, MessageForm, RefuseForm
from app.referrals.links.models import ReferralLink
from app.referrals.links.queries import LinkStanding

blueprint = Blueprint("links", __name__, url_prefix="/reponse/<link_secret>")

WHY = "expert sans compte : le secret de l’adresse, envoyé à sa boîte, désigne le besoin qui lui est adressé"
TOO_MANY = "Trop de liens qui n’ouvrent rien ont été essayés depuis ce réseau."
UNKNOWN, ALREADY, WRONG = 404, 409, 422
FORMS: dict[str, type[LinkForm]] = {
    "take": AcceptanceForm,
    "decline": RefuseForm,
    "close": CloseForm,
    "message": MessageForm,
}
Result = TypeVar("Result")


@blueprint.after_request
def _hide(response: Response) -> Response:
    """Have the browser tell nobody the address of the page."""
    response.headers["Referrer-Policy"] = NO_REFERRER
    return response


@blueprint.get("")
@public(why=WHY)
def show(link_secret: str) -> ResponseReturnValue:
    """Show the need, and what may be answered; or why the link does not open it."""
    with _as_holder() as session:
        link = queries.find(session, link_secret)
        page = _page(session, link)
    return _closed(link_secret, link) if page is None else _shown(link_secret, page)


@blueprint.post("/acceptation")
@public(why=WHY)
def take(link_secret: str) -> ResponseReturnValue:
    """Take the need in charge: the page that follows is that of the next link, which is sent too."""
    form = AcceptanceForm()

    def act(session: Session, link: ReferralLink) -> str:
        return acting.take(session, link, form.number.data or "")

    return _done(link_secret, form, act)


@blueprint.post("/refus")
@public(why=WHY)
def decline(link_secret: str) -> ResponseReturnValue:
    """Say that the need is not for them, and why: it goes to somebody else."""
    form = RefuseForm()

    def act(session: Session, link: ReferralLink) -> str:
        acting.answer(session, link, form.said())
        return link_secret

    return _done(link_secret, form, act)


@blueprint.post("/suite")
@public(why=WHY)
def close(link_secret: str) -> ResponseReturnValue:
    """Say what came of the need."""
    form = CloseForm()

    def act(session: Session, link: ReferralLink) -> str:
        acting.answer(session, link, form.said())
        return link_secret

    return _done(link_secret, form, act)


@blueprint.post("/message")
@public(why=WHY)
def write(link_secret: str) -> ResponseReturnValue:
    """Write to those who follow the need."""
    form = MessageForm()

    def act(session: Session, link: ReferralLink) -> str:
        acting.write_message(session, link, form.body.data, form.number.data or "")
        return link_secret

    return _done(link_secret, form, act)


@blueprint.post("/coordonnees")
@public(why=WHY)
def contact(link_secret: str) -> ResponseReturnValue:
    """Show whom to call, and count it."""
    form = LinkForm()
    with _as_holder() as session:
        link = queries.find(session, link_secret)
        shown = _attempted(session, link, form, acting.read_contact)
        page = _page(session, link)
    if page is None:
        return _closed(link_secret, link, status=ALREADY)
    return _shown(link_secret, page, form=None if shown else form, contact=shown)


@blueprint.post("/nouveau-lien")
@public(why=WHY)
def renew(link_secret: str) -> ResponseReturnValue:
    """Have a new link sent to the address of the directory. Whatever the secret is, the answer and the time it takes are the same."""
    with _as_holder() as session:
        digest = secret_links.digest_of(link_secret).hex()
        defer(session, Task.LINKS_RENEW, queueing_lock=f"link:{digest}", digest=digest)
    _count_wrong()
    return render_template("referrals/links/asked.html")


def _done(
    link_secret: str, form: DsfrForm, act: Callable[[Session, ReferralLink], str]
) -> ResponseReturnValue:  # fmt: skip
    """Do what a form asks, then go to the page of the link that ``act`` says; or say why it cannot be, with what was typed."""
    with _as_holder() as session:
        link = queries.find(session, link_secret)
        following = _attempted(session, link, form, act)
        page = _page(session, link) if following is None else None
    if following is not None:
        return redirect(url_for("links.show", link_secret=following), 303)
    if page is None:
        return _closed(link_secret, link, status=ALREADY)
    return _shown(link_secret, page, form=form)


def _attempted(
    session: Session, link: ReferralLink | None, form: DsfrForm, act: Callable[[Session, ReferralLink], Result]
) -> Result | None:  # fmt: skip
    """What ``act`` returns; `None` when it is refused: the form says why, unless the link is closed."""
    if link is None or not form.validate():
        return None
    try:
        return act(session, link)
    except ClosedError:
        return None
    except DomainError as error:
        refuse(form, error)
        return None


def _page(session: Session, link: ReferralLink | None) -> presenters.NeedPage | None:
    if link is None or queries.standing_of(link) is not LinkStanding.OPEN:
        return None
    return presenters.page_of(session, link)


def _shown(
    link_secret: str, page: presenters.NeedPage, *, form: DsfrForm | None = None, contact: Contact | None = None
) -> ResponseReturnValue:  # fmt: skip
    """The page, with ``form`` as it was sent when it is refused."""
    forms = {
        name: form if isinstance(form, kind) else kind(formdata=None)
        for name, kind in FORMS.items()
    }
    status = 200 if form is None else WRONG
    context = {**forms, "page": page, "contact": contact, "problem": form}
    return render_template("referrals/links/open.html", link_secret=link_secret, **context), status


def _closed(
    link_secret: str, link: ReferralLink | None, *, status: int = 200
) -> ResponseReturnValue:
    """Say why a link does not open; one that Vigie does not know is counted as tried, and so is one whose time is over."""
    page = presenters.closed_page(link)
    if page.standing is LinkStanding.LAPSED:
        _count_wrong()
        status = UNKNOWN
    return render_template(
        "referrals/links/closed.html", link_secret=link_secret, page=page
    ), status


@contextmanager
def _as_holder() -> Iterator[Session]:
    """The request's transaction, with the rights of the system: the secret says of which need. Wrong ones slow down who tries them."""
    with acting_as(HOLDER):
        session = request_session()
        carry(session.connection(), HOLDER)
        wait = backoff.seconds_left(session, _tried())
        if wait:
            raise TooManyRequests(TOO_MANY, retry_after=wait)
        yield session
        session.flush()


def _count_wrong() -> None:
    with apart(HOLDER) as session:
        backoff.admit(session, [_tried()])


def _tried() -> backoff.AttemptSubject:
    """What wrong links are counted against: the network address, apart from what it gets wrong when signing in."""
    address = backoff.of_address(request.remote_addr or "")
    return backoff.AttemptSubject(address.kind, f"reponse {address.value}")


# No session, hence no token of one: the secret of the address, which no other site knows, is what proves whose a form is.
for _view in (take, decline, close, write, contact, renew):
    csrf.exempt(_view)
