"""A firm of Côte-d’Or about which much is known: each fact with those who may read it, and an address for each page."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from app.accounts.models import Agent
from app.campaigns.standard.models import StandardLetter
from app.cases.assignments.models import FirmAssignment
from app.cases.queries import get_case
from app.companies.models import Company
from app.core.now import today, utcnow
from app.core.web import drafts
from app.core.web.sendings import Sending
from app.detections.answers import services as detections
from app.detections.answers.models import AnswerKind, DetectionAnswer
from app.detections.bulk import services as bulk
from app.detections.drift.models import DriftReport
from app.detections.models import DRAWN, ExpertRuleSet, SignalSource
from app.exchanges.tokens.models import ApiToken, Scope
from app.habilitations.absences.models import Absence
from app.imports.models import Batch, BatchState
from app.messages.stops.links import ToStop, token_of
from app.models_registry.models import ModelVersion
from app.network.models import ColleagueFollow, CommentMention, FollowLevel
from app.network.notifications import jobs
from app.trainings.models import TrainingRun, TrainingState, TrainingStep
from app.watching import services as watching
from app.watching.lists import services as company_lists
from app.watching.subscriptions import services as subscriptions
from app.watching.subscriptions.models import TellingPace
from scoring.vocabulary import DriftVerdict as Drift
from scoring.vocabulary import Level
from tests.factories import companies, habilitations
from tests.factories.alike import plant_block
from tests.factories.attachments import plant as plant_attachment
from tests.factories.campaigns import plant_campaigns
from tests.factories.cases import add_member, hand_over, mobilise, open_case, qualify
from tests.factories.deadlines import calendar_secret, plant
from tests.factories.detections import Alerted, entry_of, publish_list
from tests.factories.draw import plant_draw
from tests.factories.exchanges import keep_file
from tests.factories.guichet import plant_guichet
from tests.factories.interlocutors import plant_interlocutor
from tests.factories.label_store import plant_build
from tests.factories.links import plant_link
from tests.factories.mail import give_up, write_email
from tests.factories.network import (
    follow,
    last_event,
    network_id,
    system,
    working_as,
    write_comment,
)
from tests.factories.openlab import plant_openlab
from tests.factories.operations import plant_drill
from tests.factories.people import World
from tests.factories.persons import plant_persons
from tests.factories.quality import plant_checks
from tests.factories.records import plant_records
from tests.factories.referrals import plant_directory
from tests.factories.reports import plant_reports
from tests.factories.sittings import plant_sitting
from tests.factories.studies import plant_study
from tests.factories.summaries import plant_summary
from tests.factories.transparency import ask_withdrawal, plant_transparency
from tests.factories.unlocks import unlock
from tests.factories.values import value_id
from tests.factories.visits import log_visit, share

DEBT = 5678.0


@dataclass(frozen=True, kw_only=True)
class Confidences:
    """What is secret and for whom; ``arguments`` complete the address of any page of the firm of Côte-d’Or."""

    world: World
    arguments: dict[str, object]
    #: each secret as pages would write it, and the people of the world who may read it
    readers: dict[str, frozenset[int]] = field(default_factory=dict)


def confide(world: World) -> Confidences:
    """The firm in alert, flagged, accompanied, visited and commented; told to its followers."""
    with system() as session:
        listed = publish_list(session, _drawn(world.siren_21))
        list_id, run_id = listed.id, listed.run_id
        model = ModelVersion(
            directory="models/secret",
            sha256="c" * 64,
            trained_as_of=date(2026, 6, 1),
            metrics={"card": "# Fiche"},
        )
        rules = ExpertRuleSet(
            text="rules: []",
            note="Essai",
            author_id=world.scientist,
            in_force_from=date(2026, 6, 1),
        )
        session.add_all([model, rules])
        session.flush()
        training = TrainingRun(
            as_of=model.trained_as_of,
            state=TrainingState.WAITING,
            step=TrainingStep.LEARN,
            trigger="test",
        )
        session.add(training)
        session.flush()
        rules_id, model_id, training_id = rules.id, model.id, training.id
        session.add(DriftReport(run_id=run_id, model_id=model_id, verdict=Drift.GREEN, findings=[]))
        session.add(Batch(id="lot-secret", state=BatchState.PUBLISHED, origin="test"))
        companies.freshness(session, date(2026, 6, 1))
        companies.series(session, world.siret_21, "dette_patronale", [DEBT])
        companies.payment_plan(session, world.siret_21)
    with system() as session:
        for agent_id in (world.alice, world.stranger):
            session.get_one(Agent, agent_id).telephone = "00 00 00 00 21"
    case_id = open_case(world.alice, world.siret_21)
    add_member(world.alice, case_id, world.carol)
    for follower in (world.bob, world.carol, world.stranger):
        follow(follower, world.siren_21)
    comment_id = write_comment(world.alice, world.siren_21, to="crp", body="Confidence-Direccte")
    write_comment(world.alice, world.siren_21, to="codefi", body="Confidence-Codefi")
    with system() as session:
        session.add(CommentMention(comment_id=comment_id, agent_id=world.carol))
        session.add(Sending(agent_id=world.alice, digest=bytes(32)))
    visit_id = share(
        log_visit(world.alice, world.siret_21, to="crp", body="Confidence-de-visite"),
        world.carol,
        world.siret_21,
    )
    jobs.notify(event_id=last_event())
    deadline_id = plant(world.alice, world.siren_21, "21", to="crp", what="Confidence-d’échéance")
    secret = calendar_secret(world.alice)
    unlock_id = unlock(world.alice, world.siren_21_quiet, motive="Confidence-de-motif, dite ici")
    _write_the_rest(world)
    plant_summary(world.alice, case_id, to="codefi", context="Confidence-de-contexte")
    summary_id = plant_summary(world.alice, case_id, to="crp", actions="Confidence-de-synthèse")
    qualify(
        world.alice,
        case_id,
        chosen={value_id("filiere", "automobile"), value_id("etiquette", "crp_ar_pb")},
    )
    _answer(world)
    attachment_id = plant_attachment(
        world.alice, world.siren_21, comment_id, name="Confidence-de-fichier.pdf"
    )
    contacts = plant_campaigns(world.alice, world.siren_21, "21", purpose="Confidence-de-campagne")
    measure_id = mobilise(world.alice, case_id, note="Confidence-de-dispositif")
    request_id = habilitations.ask(world.correspondent, world.carol)
    network_request_id = habilitations.ask_entry(world.correspondent, world.carol, "urssaf")
    role_request_id = habilitations.ask_role(world.admin, world.carol)
    campaign_id = habilitations.open_review(world.admin)
    list_of_firms = _list_firms(world)
    act_id = _prepare_act(world, list_id)
    subscription_id = _subscribe(world)
    assignment_id = _give(world)
    email_id = give_up(write_email(world.carol))
    return Confidences(
        world=world,
        arguments={
            "siren": world.siren_21, "siret": world.siret_21, "case_id": case_id, "visit_id": visit_id,
            "comment_id": comment_id, "list_id": list_id, "entry_id": entry_of(world.siren_21), "run_id": run_id,
            "batch_id": "lot-secret", "decision": "retirer", "kind": "csv", "member_id": _member(case_id, world.carol),
            "referent_id": _member(case_id, world.alice),
            "agent_id": world.carol, "habilitation_id": habilitations.right_of(world.carol), "request_id": request_id,
            "network_request_id": network_request_id, "role_request_id": role_request_id,
            "network_id": network_id("crp"), "campaign_id": campaign_id, "item_id": habilitations.item_of(world.carol),
            "unlock_id": unlock_id, "version_id": rules_id, "model_id": model_id, "training_id": training_id,
            "department": "21", "number": 1, "passkey_id": 1, "session_id": 1, "answer": "inexacte",
            "email_id": email_id, "view_id": _save_view(world), "company_list_id": list_of_firms, "act_id": act_id,
            "import_id": keep_file(world.alice, case_id),
            "convention_report_id": plant_reports(world), "file_format": "pdf", "published": "2025", "dataset": "donnees",
            "api_token_id": _make_token(world),
            "letter_id": _standard_letter(),
            "subscription_id": subscription_id, "token": _stop(world.alice, subscription_id), "assignment_id": assignment_id,
            "list_code": "filiere", "value_id": value_id("filiere", "aeronautique"),
            **contacts,
            **plant_sitting(world.alice, world.siren_21, "21", note="Confidence-de-séance", deadline_id=deadline_id),
            **plant_directory(world),
            **_orientation(world, email_id),
            "study_id": plant_study(world.scientist),
            "drill_id": plant_drill(),
            "withdrawal_id": ask_withdrawal(world.scientist, list_id),
            **plant_transparency(world.alice, world.admin, world.siren_21),
            **plant_records(world.archivist),
            "attachment_id": attachment_id,
            "interlocutor_id": plant_interlocutor(world.alice, world.siren_21, name="Confidence-d’interlocuteur"),
            **plant_persons(world.alice, world.controller, world.siren_21),
            "summary_id": summary_id, "measure_id": measure_id, "deadline_id": deadline_id, "secret": secret,
            **plant_openlab(world.alice, world.scientist),
            "handover_id": hand_over(world.alice, world.carol, case_id, note="Confidence-de-transmission"),
        },
        readers=_readers(world, case_id=case_id, visit_id=visit_id),
    )  # fmt: skip


def _drawn(siren: str) -> Alerted:
    return Alerted(
        siren=siren, department="21", level=Level.ELEVEE, p18=0.4, arm=DRAWN, p_select=0.1
    )


def _answer(world: World) -> None:
    """Written without the feed: a version of before answers knows no event of this kind."""
    entry_id = entry_of(world.siren_21)
    with system() as session:
        session.add(
            DetectionAnswer(
                entry_id=entry_id, agent_id=world.alice, siren=world.siren_21, departments=["21"],
                kind=AnswerKind.HANDLED, reasons=["supported"], comment="Confidence-en-réponse",
            )
        )  # fmt: skip


def _list_firms(world: World) -> int:
    with working_as(world.alice) as (session, who):
        asked = company_lists.ListRequest(
            label="Confidence-de-liste", description="À voir en premier"
        )
        known = company_lists.create(session, who, asked)
        company_lists.fill(session, who, known, [world.siren_21])
        return known.id


def _give(world: World) -> int:
    with system() as session:
        given = FirmAssignment(
            siren=world.siren_21, departments=["21"], agent_id=world.carol, assigned_by=world.alice
        )
        session.add(given)
        session.flush()
        return given.id


def _stop(agent_id: int, subscription_id: int) -> str:
    """What an address of an e-mail bears, that stops a subscription."""
    return token_of(ToStop(agent_id=agent_id, numbers=[subscription_id]))


def _subscribe(world: World) -> int:
    """Alice follows a territory, whose number it gives, and the accompagnements of Carol."""
    with working_as(world.alice) as (session, who):
        # Without a word to her: a version of before knows no such announcement.
        known = {"agent_id": world.alice, "followed_id": world.carol, "level": FollowLevel.ALL}
        session.add(ColleagueFollow(**known))
        asked = {"view": None, "department": "21", "pace": TellingPace.DAILY, "by_mail": True}
        return subscriptions.subscribe(session, who, **asked).id


def _prepare_act(world: World, list_id: int) -> int:
    """Firms that Alice is about to follow, and the level chosen."""
    with working_as(world.alice) as (session, who):
        sirens = [world.siren_21_quiet]
        act = bulk.prepare(session, who, kind="follow", keys=sirens, list_id=list_id)
        bulk.choose(session, who, act, "all")
        return act.id


def _standard_letter() -> int:
    with system() as session:
        return session.scalars(select(StandardLetter.id).order_by(StandardLetter.id)).first() or 0


def _make_token(world: World) -> int:
    """A token that Alice was told of some time ago: the queue holds nothing of it."""
    with system() as session:
        token = ApiToken(
            agent_id=world.alice,
            name="Confidence-de-jeton",
            digest=bytes(32),
            scopes=[Scope.CASES.value],
            expires_on=today(),
        )
        session.add(token)
        session.flush()
        return token.id


def _orientation(world: World, email_id: int) -> dict[str, object]:
    """A need, whom it is put to, what is checked of it, and the link that its firm holds."""
    known = plant_checks(world, plant_link(world), email_id=email_id)
    return {**known, **plant_guichet(world, int(str(known["need_id"])))}


def _save_view(world: World) -> int:
    with working_as(world.alice) as (session, who):
        return watching.save(
            session, who, name="Confidence-de-vue", query="niveau=elevee", network_id=None
        ).id


def _write_the_rest(world: World) -> None:
    plant_draw(world.alice, world.manager, world.siren_21)
    plant_block()
    plant_build(world.siren_21)
    with working_as(world.alice) as (session, who):
        company = session.get_one(Company, world.siren_21)
        detections.flag_firm(
            session,
            who,
            company,
            source=SignalSource.INTERNE,
            comment="Confidence-signalée à tous ici",
        )
        path = f"/entreprises/{world.siren_21}/commentaires"
        drafts.save(session, who, form_path=path, fields={"body": ["Confidence-en-brouillon"]})
        session.add(
            Absence(
                agent_id=world.alice, starts_on=today(), ends_on=today(), delegate_id=world.carol, declared_by=world.alice,
                cancelled_at=utcnow(),
            )
        )  # fmt: skip


def _readers(world: World, *, case_id: int, visit_id: int) -> dict[str, frozenset[int]]:
    zone = frozenset({world.alice, world.bob, world.carol, world.manager})
    direccte = zone - {world.bob}
    return {
        "Confidence-Direccte": direccte,
        "Confidence-de-visite": direccte,
        "Confidence-de-fichier": direccte,
        "Confidence-de-campagne": direccte,
        "Confidence-d’échéance": direccte,
        "Confidence-Codefi": zone,
        "Confidence-de-contexte": zone,
        "Confidence-de-séance": zone,
        "Confidence-de-synthèse": direccte,
        "Confidence-de-dispositif": zone,
        "Confidence-d’interlocuteur": zone,
        "Confidence-signalée": zone,
        "Confidence-de-motif": frozenset({world.alice, world.manager}),
        "Confidence-en-réponse": zone,
        "Confidence-de-tirage": zone,
        "Confidence-de-pause": zone,
        "Confidence-en-brouillon": frozenset({world.alice}),
        "Confidence-de-transmission": frozenset({world.alice, world.carol}),
        "Confidence-de-vue": frozenset({world.alice}),
        "Confidence-de-demande": frozenset({world.manager, world.admin}),
        "Confidence-d’étude": frozenset({world.manager, world.scientist}),
        "Confidence-de-jeton": frozenset({world.alice}),
        "Confidence-de-liste": frozenset({world.alice}),
        "Dette Urssaf : 3,2 mois": zone,
        "5\u202f678": zone,
        "12\u202f000": zone,
        f'"/accompagnements/{case_id}"': zone,
        f'"/visites/{visit_id}"': zone,
        "Difficulté confirmée": zone,
    }


def _member(case_id: int, agent_id: int) -> int:
    with working_as(agent_id) as (session, who):
        members = get_case(session, who, case_id).active_members
        return next(member.id for member in members if member.agent_id == agent_id)
