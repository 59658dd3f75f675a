"""The pages that a link of follow-up opens, to whoever holds it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from app.core.access.elevation import reading_as_system
from app.core.access.guard import public
from app.core.database.unit_of_work import unit_of_work
from app.core.errors import DomainError
from app.core.now import PARIS
from app.core.web.answers import NO_REFERRER
from app.core.web.form_pages import refuse
from app.core.web.forms import number_or_none
from app.extensions import csrf, db
from app.referrals.guichet.following import presenters, queries, services
from app.referrals.guichet.following.forms import (
    FirmWithdrawForm,
    FollowUpForm,
    OpinionForm,
    shown_values,
)
from app.referrals.guichet.following.models import FollowUpLink, Satisfaction
from app.referrals.guichet.following.presenters import FollowedNeed
from app.referrals.needs.models import Solicitation

blueprint = Blueprint("guichet_follow_up", __name__, url_prefix="/guichet/suivi/<follow_up>")
WHY = "suit une demande : son adresse secrète, envoyée à l’entreprise, en décide"


@dataclass(frozen=True, kw_only=True)
class FollowedRequest:
    """What a link opens."""

    token: str
    firm_name: str
    sent_on: str
    needs: tuple[FollowedNeed, ...]
    opinions: dict[int, Satisfaction]

    @property
    def has_open(self) -> bool:
        """Whether something may be taken back."""
        return any(need.is_open for need in self.needs)


@blueprint.get("")
@public(why=WHY)
def show(follow_up: str) -> ResponseReturnValue:
    """Say where each need stands; of a link that is over, offer another one."""
    return _show(follow_up, FirmWithdrawForm(formdata=None))


@blueprint.post("/retrait")
@public(why=WHY)
def withdraw(follow_up: str) -> ResponseReturnValue:
    """Take one need back, or all of them."""
    form = FirmWithdrawForm()
    named = request.form.get("need", "")
    number = number_or_none(named)

    def act(session: Session, solicitation: Solicitation) -> str:
        wanted = [need for need in solicitation.needs if not named or need.id == number]
        count = services.withdraw(session, wanted, reason=form.reason.data)
        return "Votre besoin est retiré." if count == 1 else "Vos besoins sont retirés."

    return _done(follow_up, form, act) or _show(follow_up, form, status=422)


@blueprint.route("/avis/<int:need_id>", methods=["GET", "POST"])
@public(why=WHY)
def opinion(follow_up: str, need_id: int) -> ResponseReturnValue:
    """Answer the five questions on a need, or correct what was answered within a week."""
    followed, need = _asked_of(follow_up, need_id)
    form = OpinionForm(**shown_values(followed.opinions[need_id]))

    def act(session: Session, solicitation: Solicitation) -> str:
        one = next(each for each in solicitation.needs if each.id == need_id)
        services.say(session, one, form.opinion)
        return "Merci : votre avis est enregistré. Vous pouvez le corriger pendant une semaine."

    answer = _done(follow_up, form, act) if request.method == "POST" else None
    if answer is not None:
        return answer
    page = render_template("guichet/opinion.html", form=form, token=follow_up, need=need)
    return page, 422 if request.method == "POST" else 200


@blueprint.post("/nouveau")
@public(why=WHY)
def renew(follow_up: str) -> ResponseReturnValue:
    """Send another link to the address of the request; this one, and those before, open nothing any more."""
    with unit_of_work(services.SYSTEM) as session:
        services.renew(session, _link(session, follow_up))
    return render_template("guichet/renewed.html")


@blueprint.after_request
def _hide(response: Response) -> Response:
    """Have no page that is opened from here told the address."""
    response.headers["Referrer-Policy"] = NO_REFERRER
    return response


# Whoever holds the e-mail asks without a session: the address, which nobody guesses, is what proves that the request is theirs.
for view in (withdraw, opinion, renew):
    csrf.exempt(view)


def _done(
    token: str, form: FollowUpForm, act: Callable[[Session, Solicitation], str]
) -> ResponseReturnValue | None:
    """Do what is asked of a request, and go back to its page; `None` with errors on the form."""
    try:
        with unit_of_work(services.SYSTEM) as session:
            link = _link(session, token)
            if link.is_over:
                raise NotFound
            told = act(session, queries.get_solicitation(session, link.solicitation_id))
    except DomainError as error:
        refuse(form, error)
        return None
    flash(told, "success")
    return redirect(url_for("guichet_follow_up.show", follow_up=token), 303)


def _show(token: str, form: FirmWithdrawForm, *, status: int = 200) -> ResponseReturnValue:
    followed = _followed(token)
    if followed is None:
        return render_template("guichet/over.html", token=token), 410
    return render_template("guichet/follow_up.html", followed=followed, form=form), status


def _followed(token: str) -> FollowedRequest | None:
    """What a link opens; `None` when it is over. Raise `NotFound` for any that Vigie does not know, or revoked."""
    session = db.session()
    with reading_as_system(session, reason="Suivi d’une entreprise"):
        link = _link(session, token)
        if link.is_over:
            return None
        solicitation = queries.get_solicitation(session, link.solicitation_id)
        opinions = queries.list_opinions(session, [need.id for need in solicitation.needs])
        return FollowedRequest(
            token=token,
            firm_name=solicitation.firm_name,
            sent_on=f"{solicitation.created_at.astimezone(PARIS):%d/%m/%Y}",
            needs=tuple(presenters.followed(solicitation, opinions)),
            opinions=opinions,
        )


def _link(session: Session, token: str) -> FollowUpLink:
    link = queries.find_link(session, token)
    if link is None:
        raise NotFound
    return link


def _asked_of(token: str, need_id: int) -> tuple[FollowedRequest, FollowedNeed]:
    """A need of which a link may say whether it helped; raise `NotFound`."""
    followed = _followed(token)
    asked = [each for each in followed.needs if each.number == need_id and each.is_asked] if followed else []  # fmt: skip
    if followed is None or not asked:
        raise NotFound
    return followed, asked[0]
