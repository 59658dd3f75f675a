"""The e-mail of a link: emptied once sent, told when its address does not work, never lost nor doubled but once, whatever dies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.core import journal
from app.core.errors import DomainError
from app.core.now import at, utcnow
from app.messages import outbox
from app.messages.jobs import ask_due, send_mail
from app.messages.models import Announcement, Email
from app.referrals.directory.antennes import services as antennes
from app.referrals.directory.models import Expert
from app.referrals.directory.queries import get_antenne
from app.referrals.links import acting, jobs, queries, services
from app.referrals.links.mailing import DEAD_ADDRESS
from app.referrals.links.models import ReferralLink
from app.referrals.needs import services as needs
from app.referrals.needs import telling
from app.referrals.needs.models import DeclineReason, FirmNeed, Referral, ReferralState
from app.referrals.needs.putting import SYSTEM
from tests.factories.links import ADDRESS, TOKEN, deliver, last_token, links_of, referral_of
from tests.factories.mail import forget_attempt, make_due
from tests.factories.needs import PutNeed, plant_experts, put_need, solicitation
from tests.factories.network import system, working_as
from tests.factories.people import World
from tests.factories.referrals import add_expert
from tests.support.smtp import Letterbox, posted_to

NEW = "neuve@exemple.invalid"


class KilledError(BaseException):
    """The process is no more: nothing catches it."""


@pytest.fixture
def postman(app: Flask) -> Iterator[Letterbox]:
    with posted_to(app) as box:
        yield box


@pytest.fixture
def put(world: World) -> PutNeed:
    return put_need(world)


def email_of(put: PutNeed) -> Email:
    """The first e-mail to the expert without an account."""
    number = links_of(referral_of(put))[0].email_id
    with system() as session:
        email = session.get_one(Email, number)
        session.expunge(email)
        return email


def said(message: EmailMessage) -> str:
    """What an e-mail says, as text."""
    text = message.get_body(("plain",))
    assert text is not None
    return str(text.get_content())


def opened(token: str) -> bool:
    with system() as session:
        link = queries.find(session, token)
        return link is not None and queries.standing_of(link) is queries.LinkStanding.OPEN


def test_it_is_emptied_once_the_server_took_it_and_its_link_opens(
    put: PutNeed, postman: Letterbox
) -> None:
    token = last_token()
    deliver()
    (message,) = postman.received
    assert message["To"] == ADDRESS
    text = said(message)
    assert token in text
    assert [word for word in ("Forges", "Sacha", "Dominique") if word in str(message)] == []
    assert message["List-Unsubscribe"] is None
    email = email_of(put)
    assert (email.body_text, email.body_html) == ("", "")
    assert email.sent_at is not None
    assert opened(token)


def test_an_address_refused_for_good_is_told_once_to_who_may_mend_it(
    put: PutNeed, postman: Letterbox, world: World
) -> None:
    with working_as(world.admin) as (session, who):
        antenne = get_antenne(session, who, put.antenne_id)
        antennes.set_managers(session, who, antenne, ["carol@exemple.invalid"])
    postman.unknown.add(ADDRESS)
    deliver()
    referral_id = referral_of(put)
    with system() as session:
        services.remind(session, queries.get_referral(session, referral_id))
    deliver()
    with system() as session:
        told = select(Announcement.agent_id).where(Announcement.subject == DEAD_ADDRESS)
        assert sorted(session.scalars(told)) == sorted([world.carol, world.team])
        wrote = select(Email.agent_id).where(Email.subject == DEAD_ADDRESS)
        assert sorted(number for number in session.scalars(wrote) if number) == sorted(
            [world.carol, world.team]
        )
    jobs.sweep()
    assert len(links_of(referral_of(put))) == 2, "nothing is sent again where nobody is"
    with system() as session:
        session.execute(update(Expert).where(Expert.id == put.outside_expert_id).values(email=NEW))
    jobs.sweep()
    jobs.sweep()
    assert len(links_of(referral_of(put))) == 3
    token = last_token(NEW)
    deliver(NEW)
    assert postman.received[-1]["To"] == NEW
    assert opened(token)
    with system() as session:
        kept = session.scalars(select(Email.body_text).where(Email.address == ADDRESS)).all()
    assert kept == ["", ""], "what was to go to the former address says nothing any more"


def test_what_waits_to_be_sent_of_a_link_that_served_is_never_sent(
    put: PutNeed, postman: Letterbox
) -> None:
    first = last_token()
    referral_id = referral_of(put)
    with system() as session:
        services.remind(session, queries.get_referral(session, referral_id))
    with system() as session:
        link = queries.find(session, first)
        assert link is not None
        said = acting.Said(state=ReferralState.NOT_MINE, number="0.0", reason=DeclineReason.BUSY)
        acting.answer(session, link, said)
    assert deliver() == []
    with system() as session:
        left = select(func.count()).where(Email.address == ADDRESS, Email.body_text != "")
        assert session.scalar(left) == 0
        assert session.scalar(select(func.count()).where(Email.trouble.is_not(None))) == 0


def test_nothing_of_a_name_enters_the_headers(postman: Letterbox, world: World) -> None:
    antenne_id, _, _ = plant_experts(world)
    subject_id = solicitation().subject_ids[0]
    odd = "Zoé\r\nBcc: vol@exemple.invalid\r\n\r\nBonjour"
    add_expert(
        world.admin, antenne_id, name=odd, subject_id=subject_id, email="zoe@exemple.invalid"
    )
    for address in (
        "zoe@exemple.invalid\r\nBcc: a@exemple.invalid",
        "a@exemple.invalid,b@exemple.invalid",
    ):
        with pytest.raises(DomainError, match="adresse électronique"):
            add_expert(world.admin, antenne_id, name="x", subject_id=subject_id, email=address)
    asked = solicitation(firm_name="Forges\r\nBcc: vol@exemple.invalid")
    with system() as session:
        needs.submit(session, SYSTEM, asked)
    deliver("zoe@exemple.invalid")
    (message,) = postman.received
    assert message.get_all("To") == ["zoe@exemple.invalid"]
    assert (message["Bcc"], message["Cc"]) == (None, None)
    assert "vol@" not in str(message)


# Ten moments at which a process dies; each leaves what a dead process leaves, and says what was to be done again.


def before_the_need_is_written(box: Letterbox) -> None:
    with dying(telling, "tell_expert"):
        _submit()
    with system() as session:
        assert session.scalar(select(func.count()).select_from(FirmNeed)) == 0
    _submit()


def once_its_link_is_drawn(box: Letterbox) -> None:
    with dying(journal, "record"):
        _submit()
    with system() as session:
        assert session.scalar(select(func.count()).select_from(ReferralLink)) == 0
    _submit()


def once_it_is_written(box: Letterbox) -> None:
    _submit()


def once_the_attempt_is_begun(box: Letterbox) -> None:
    _submit()
    number = _number()
    with dying(outbox, "hand_over"):
        send_mail(email_id=number)


def while_the_server_takes_it(box: Letterbox) -> None:
    _submit()
    box.deaths = 1
    send_mail(email_id=_number())


def once_the_server_took_it(box: Letterbox) -> None:
    _submit()
    number = _number()
    with dying(outbox, "settle"):
        send_mail(email_id=number)


def while_it_is_settled(box: Letterbox) -> None:
    _submit()
    number = _number()
    with dying(outbox, "empty"):
        send_mail(email_id=number)


def while_it_is_answered(box: Letterbox) -> None:
    _submit()
    token = last_token()
    with dying(services, "spend"), system() as session:
        link = queries.find(session, token)
        assert link is not None
        acting.take(session, link, "0.0")


def while_a_new_one_is_sent(box: Letterbox) -> None:
    _submit()
    with system() as session:
        digest = session.scalars(select(ReferralLink.digest)).one()
    with at(utcnow() + services.PAUSE * 2), dying(journal, "record"):
        jobs.renew(digest=digest.hex())


def while_what_is_owed_is_sent(box: Letterbox) -> None:
    with telling.write_outside.holding():
        _submit()
    with dying(services, "send_owed"):
        jobs.sweep()
    jobs.sweep()
    jobs.sweep()


MOMENTS = (
    before_the_need_is_written, once_its_link_is_drawn, once_it_is_written, once_the_attempt_is_begun,
    while_the_server_takes_it, once_the_server_took_it, while_it_is_settled, while_it_is_answered,
    while_a_new_one_is_sent, while_what_is_owed_is_sent,
)  # fmt: skip


@pytest.mark.parametrize("dies", MOMENTS)
def test_whenever_a_process_dies_the_link_arrives_once_or_twice_alike_and_opens(
    world: World,
    postman: Letterbox,
    dies: Callable[[Letterbox], None],
) -> None:
    plant_experts(world)
    dies(postman)
    number = _number()
    with system() as session:
        if session.get_one(Email, number).sent_at is None:
            attempted = session.get_one(Email, number).attempted_at is not None
        else:
            attempted = False
    if attempted:
        forget_attempt(number)
    make_due(number)
    with system() as session:
        outbox.ask_due(session)
    ask_due()
    send_mail(email_id=number)
    send_mail(email_id=number)
    received = [each for each in postman.received if each["To"] == ADDRESS]
    assert 1 <= len(received) <= 2
    assert len({each["Message-ID"] for each in received}) == 1
    token = TOKEN.search(said(received[-1]))
    assert token is not None
    assert opened(token[1])
    with system() as session:
        assert session.get_one(Email, number).body_text == ""
        states = session.scalars(select(Referral.state)).all()
    assert states == [ReferralState.TO_TREAT] * 2, "no need is lost"


def _submit() -> None:
    asked = solicitation()
    with system() as session:
        needs.submit(session, SYSTEM, asked)


def _number() -> int:
    """The e-mail of the link: there is one."""
    with system() as session:
        return session.scalars(select(Email.id).where(Email.address == ADDRESS)).one()


@contextmanager
def dying(where: object, name: str) -> Iterator[None]:
    """The process dies as soon as it calls this."""

    def dies(*_said: object, **_more: object) -> None:
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, dies)
        try:
            yield
        except KilledError:
            return
    pytest.fail(f"{name} was never called")


def _send_and_die(patch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KilledError):
        send_mail(email_id=_number())
