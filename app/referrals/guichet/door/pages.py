"""The two pages of a request, for the guichet and for those of a theme: each shows what was typed, whatever happens to it."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app.core.access.elevation import reading_as_system
from app.core.database.unit_of_work import apart, unit_of_work
from app.core.errors import DomainError
from app.core.web.form_pages import refuse
from app.core.web.forms import choices, flag_or_none
from app.extensions import db
from app.referrals.guichet.door import asking, consent, paces, passes, queries, services
from app.referrals.guichet.door.forms import FIRST, SECOND, DoorForm
from app.referrals.guichet.door.paces import TooManyError
from app.referrals.guichet.door.queries import AskedRequest
from app.referrals.needs.services import PersonToCall
from app.referrals.openings import queries as openings

SEND, BACK = "envoi", "retour"


@dataclass(frozen=True, kw_only=True)
class Counter:
    """Where the form is: its own address, where it leads once it is sent, what it offers and says."""

    address: str
    done: str
    title: str = "De quoi votre entreprise a-t-elle besoin ?"
    intro: str = ""
    partner: str = ""
    subject_ids: tuple[int, ...] = ()
    landing_id: int | None = None


def serve(counter: Counter) -> ResponseReturnValue:
    """Show the first page, the second one, or send the request."""
    form = DoorForm()
    try:
        asked = _asked(form, counter)
    except TooManyError as error:
        return _slowed(counter, form, None, error)
    if request.method != "POST":
        form.door.data = passes.issue()
        return _page(counter, form, None)
    if passes.read(form.door.data) is None:
        form.door.data = passes.issue()
        return _refused(counter, form, asked, passes.NONE)
    act = request.form.get("act")
    if asked is None or act == BACK:
        return _page(counter, form, None, status=422 if asked is None else 200)
    if not openings.is_open_in(db.session(), asked.commune.code):
        return _closed(counter, form, asked)
    return _sent(counter, form, asked) if act == SEND else _page(counter, form, asked)


def _asked(form: DoorForm, counter: Counter) -> AskedRequest | None:
    """What the first page asks, read with the rights of the system and of nothing but what is public."""
    with reading_as_system(db.session(), reason="Guichet"):
        offers = queries.list_offers(db.session(), counter.subject_ids)
        form.subjects.choices = choices((str(offer.number), offer.wording) for offer in offers)
        for choice, offer in zip(form.subjects.choices, offers, strict=True):
            choice.render_kw = {"hint": offer.help} if offer.help else None
        if request.method != "POST":
            return None
        return asking.resolve(db.session(), form, offers, search=_count_search)


def _count_search() -> None:
    with apart(queries.SYSTEM) as session:
        paces.count_search(session, network=request.remote_addr or "")


def _sent(counter: Counter, form: DoorForm, asked: AskedRequest) -> ResponseReturnValue:
    shown = passes.read(form.door.data)
    problem = passes.problem_of(shown)
    if problem is not None or shown is None:
        if problem != passes.TOO_QUICK:
            form.door.data = passes.issue()
        return _refused(counter, form, asked, problem or passes.NONE)
    received = services.DoorRequest(
        asked=asked,
        asker=PersonToCall(
            name=form.name.data, telephone=form.telephone.data, email=form.email.data
        ),
        message=form.message.data,
        has_debt=flag_or_none(form.has_debt.data),
        is_first=flag_or_none(form.is_first.data),
        has_agreed=form.consent.data,
        trap=form.website.data or "",
        form=shown,
        network=request.remote_addr or "",
        landing_id=counter.landing_id,
    )
    try:
        with unit_of_work(queries.SYSTEM) as session:
            services.receive(session, received)
    except TooManyError as error:
        return _slowed(counter, form, asked, error)
    except DomainError as error:
        if isinstance(error, services.FormReusedError):
            form.door.data = passes.issue()
        refuse(form, error)
        return _page(counter, form, asked, status=422)
    return redirect(counter.done, 303)


def _refused(
    counter: Counter, form: DoorForm, asked: AskedRequest | None, message: str
) -> ResponseReturnValue:
    refuse(form, DomainError(message))
    return _page(counter, form, asked, status=422)


def _slowed(
    counter: Counter, form: DoorForm, asked: AskedRequest | None, error: TooManyError
) -> ResponseReturnValue:
    refuse(form, DomainError(error.message))
    return _page(counter, form, asked, status=429, wait=error.wait)


def _page(
    counter: Counter, form: DoorForm, asked: AskedRequest | None, *, status: int = 200, wait: int | None = None
) -> ResponseReturnValue:  # fmt: skip
    """The first page, or the second one when what is asked is understood."""
    page = render_template(
        "guichet/door.html",
        counter=counter,
        form=form,
        asked=asked,
        carried=[form[name] for name in (SECOND if asked is None else FIRST)],
        consent=consent.text(),
    )
    return page, status, {"Retry-After": str(wait)} if wait else {}


def _closed(counter: Counter, form: DoorForm, asked: AskedRequest) -> ResponseReturnValue:
    """Say that nobody receives requests there yet, and who does; nothing of what was typed is kept but in the page."""
    typed = [form[name] for name in (*FIRST, *SECOND)]
    return render_template(
        "guichet/closed.html", counter=counter, form=form, asked=asked, carried=typed
    )
