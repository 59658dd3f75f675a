"""The third ring, seen from the application's role: no context, no row."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core import journal
from app.core.access.identity import Identity, Nature
from app.core.access.rows import acting_as
from tests.factories.confidences import Confidences
from tests.factories.network import network_id
from tests.factories.people import World, identity, lacking, reading_as


def rows(session: Session, who: Identity, table: str) -> int:
    """How many rows of ``table`` somebody reads."""
    session.rollback()
    with acting_as(who):
        count = session.scalar(text(f"select count(*) from {table}"))
        session.rollback()
    return int(count or 0)


def test_without_identity_no_firm_is_read(world: World, session: Session) -> None:
    assert session.scalars(select(Company)).all() == []


def test_a_habilitated_agent_reads_public_identity_everywhere(
    world: World, session: Session
) -> None:
    alice = identity(session, world.alice)
    session.rollback()
    with acting_as(alice):
        assert len(session.scalars(select(Company)).all()) == 3
        session.rollback()


#: table -> rows read by alice and carol (Direccte 21), bob (Urssaf 21), a stranger (Direccte 75), an administrator
SPOTS = {
    "company": (3, 3, 3, 3, 0),
    "company_series": (1, 1, 1, 0, 0),
    "payment_plan": (1, 1, 1, 0, 0),
    "detection_list": (1, 1, 1, 1, 0),
    "detection_entry": (1, 1, 1, 0, 0),
    "detection_reason": (5, 5, 5, 0, 0),
    "alike_block": (1, 1, 1, 1, 0),
    "alike_debt": (1, 1, 1, 1, 0),
    "alike_figure": (1, 1, 1, 1, 0),
    "alike_member": (0, 0, 0, 0, 0),
    "draw_override": (1, 1, 1, 0, 0),
    "exploration_choice": (1, 1, 1, 0, 0),
    "human_signal": (1, 1, 1, 0, 0),
    "attachment": (1, 1, 0, 0, 0),
    "attachment_content": (1, 1, 0, 0, 0),
    "comment": (2, 2, 1, 0, 0),
    "visit": (1, 1, 1, 0, 0),
    "visit_companion": (1, 1, 1, 0, 0),
    "visit_listing": (1, 1, 1, 0, 0),
    "visit_note": (1, 1, 0, 0, 0),
    "visit_place": (1, 1, 1, 0, 0),
    "support_case": (1, 1, 1, 0, 0),
    "case_member": (2, 2, 2, 0, 0),
    "case_state_change": (1, 1, 1, 0, 0),
    "case_summary": (2, 2, 1, 0, 0),
    "case_summary_version": (2, 2, 1, 0, 0),
    "case_handover": (1, 1, 0, 0, 0),
    "case_handover_line": (1, 1, 0, 0, 0),
    "case_change": (1, 1, 1, 0, 0),
    "case_measure": (1, 1, 1, 0, 0),
    "case_value": (2, 2, 1, 0, 0),
    "campaign_firm": (1, 1, 0, 0, 0),
    "contact_campaign": (2, 2, 0, 0, 0),
    "firm_contact": (1, 1, 1, 0, 0),
    "sitting": (1, 1, 1, 0, 0),
    "sitting_item": (1, 1, 1, 0, 0),
    "sitting_task": (1, 1, 1, 0, 0),
    "deadline": (1, 1, 0, 0, 0),
    "calendar_address": (1, 0, 0, 0, 0),
    "convention_report": (0, 0, 0, 0, 4),
    "period_tally": (0, 0, 0, 0, 0),
    "published_period": (0, 0, 0, 0, 2),
    "report_file": (0, 0, 0, 0, 15),
    "draft": (1, 0, 0, 0, 0),
    "interlocutor": (2, 2, 2, 0, 0),
    "institution": (2, 2, 2, 2, 2),
    "antenne": (2, 2, 2, 2, 2),
    "antenne_manager": (1, 1, 1, 1, 1),
    "expert": (4, 4, 4, 4, 4),
    "expert_absence": (1, 1, 1, 1, 1),
    "competence": (4, 4, 4, 4, 4),
    "referral_fallback": (1, 1, 1, 1, 1),
    "idea": (1, 1, 1, 1, 1),
    "idea_answer": (1, 1, 1, 1, 1),
    "idea_vote": (1, 1, 1, 1, 1),
    "openlab_change": (1, 1, 1, 1, 1),
    "openlab_sheet": (1, 1, 1, 1, 1),
    "openlab_silence": (0, 0, 0, 0, 0),
    "demand": (0, 0, 0, 0, 1),
    "person_request": (0, 0, 0, 0, 1),
    "person_search": (0, 0, 0, 0, 0),
    "person_finding": (0, 0, 0, 0, 0),
    "person_file": (0, 0, 0, 0, 0),
    "list_withdrawal": (1, 1, 1, 1, 1),
    "lesson_record": (1, 0, 0, 0, 0),
    "directory_file": (1, 0, 0, 0, 0),
    "solicitation": (1, 0, 1, 0, 0),
    "solicitation_contact": (1, 0, 1, 0, 0),
    "contact_reading": (0, 0, 1, 0, 0),
    "need": (1, 0, 1, 0, 0),
    "need_routing": (1, 0, 1, 0, 0),
    "referral": (4, 0, 4, 0, 0),
    "referral_change": (4, 0, 4, 0, 0),
    "need_message": (1, 0, 1, 0, 0),
    "referral_reminder": (1, 0, 1, 0, 0),
    "solicitation_decision": (0, 0, 0, 0, 0),
    "antenne_silence": (0, 0, 1, 0, 0),
    "orientation_figures": (0, 0, 0, 0, 1),
    "referral_region": (1, 1, 1, 1, 1),
    "region_test": (1, 1, 1, 1, 1),
    "landing": (0, 0, 0, 0, 1),
    "satisfaction": (1, 0, 1, 0, 0),
    "follow_up": (0, 0, 0, 0, 0),
    "door_knock": (0, 0, 0, 0, 0),
    "door_sending": (0, 0, 0, 0, 0),
    "referral_link": (0, 0, 0, 0, 0),
    "label": (0, 0, 0, 0, 0),
    "label_build": (0, 0, 0, 0, 1),
    "label_count": (0, 0, 0, 0, 24),
    "label_interval": (0, 0, 0, 0, 0),
    "verdict_label": (0, 0, 0, 0, 0),
    "notification": (0, 1, 1, 0, 0),
    "colleague_follow": (1, 1, 0, 0, 0),
    "backup": (0, 0, 0, 0, 1),
    "backup_drill": (0, 0, 0, 0, 1),
    "impact_study": (0, 0, 0, 0, 0),
    "impact_result": (0, 0, 0, 0, 0),
}


@pytest.mark.parametrize("table", SPOTS)
def test_each_one_reads_what_their_policy_says(
    confidences: Confidences, session: Session, table: str
) -> None:
    world = confidences.world
    people = (world.alice, world.carol, world.bob, world.stranger, world.admin)
    read = tuple(rows(session, identity(session, person), table) for person in people)
    assert read == SPOTS[table]


@pytest.mark.parametrize(
    ("nature", "table"),
    [
        (Nature.SCORE, "detection_entry"),
        (Nature.SCORE, "detection_reason"),
        (Nature.SCORE, "visit_listing"),
        (Nature.URSSAF, "alike_debt"),
        (Nature.SCORE, "draw_override"),
        (Nature.SCORE, "exploration_choice"),
        (Nature.URSSAF, "company_series"),
        (Nature.URSSAF, "payment_plan"),
    ],
)
def test_without_the_nature_there_is_no_row(
    confidences: Confidences, session: Session, nature: Nature, table: str
) -> None:
    alice = identity(session, confidences.world.alice)
    assert rows(session, alice, table) > 0
    # Nor by the accompagnement: it opens what is held somewhere.
    assert rows(session, lacking(alice, nature), table) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "insert into company_series (siret, code, siren, first_month, values) values ('1', 'x', '1', '2026-01-01', '{}')",
        "insert into detection_list (run_id, as_of, label, parameters) select 1, '2026-01-01', 'x', '{}'",
        "insert into notification (agent_id, event_id, kind, reason) select 1, 1, 'alerte', 'followed'",
        "insert into email (agent_id, dedup_key, subject, body_text, body_html) values (1, 'x', '', '', '')",
        "insert into procedure_event (siren, effective_on, stage, label) values ('1', '2026-01-01', '', '')",
    ],
)
def test_system_tables_are_written_by_the_system_only(
    world: World, session: Session, statement: str
) -> None:
    alice = identity(session, world.alice)
    session.rollback()
    with acting_as(alice):
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(text(statement))
        session.rollback()


def test_an_agent_changes_no_row_of_the_system(confidences: Confidences, session: Session) -> None:
    alice = identity(session, confidences.world.alice)
    session.rollback()
    with acting_as(alice):
        for table in ("company", "detection_entry", "company_series"):
            touched = session.execute(text(f"update {table} set siren = siren"))
            assert touched.rowcount == 0, table  # type: ignore[attr-defined]
            assert session.execute(text(f"delete from {table}")).rowcount == 0  # type: ignore[attr-defined]
        session.rollback()


def test_nobody_writes_in_the_name_of_another(confidences: Confidences, session: Session) -> None:
    alice = identity(session, confidences.world.alice)
    session.rollback()
    with acting_as(alice):
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(
                text(
                    "insert into comment (siren, author_id, network_id, departments, body)"
                    " select siren, :bob, network_id, departments, 'x' from comment limit 1"
                ),
                {"bob": confidences.world.bob},
            )
        session.rollback()
        with pytest.raises(ProgrammingError, match="names the agent in scope"):
            journal.record(
                session,
                Identity(agent_id=confidences.world.bob, name="Bob"),
                journal.Event.SEARCHED,
            )
        session.rollback()


AGAIN = {
    "comment": "insert into comment (siren, author_id, network_id, departments, body)"
    " select siren, :me, network_id, array['21', '75'], 'x' from comment where author_id = :me limit 1",
    "visit": "insert into visit (siret, siren, department, departments, author_id, visited_on, channel, contact_result, verdict)"
    " select siret, siren, department, array['21', '75'], :me, visited_on, channel, contact_result, verdict from visit"
    " where author_id = :me limit 1",
}


@pytest.mark.parametrize("statement", AGAIN.values(), ids=AGAIN.keys())
def test_what_is_written_of_a_firm_is_read_where_it_works_alone(
    confidences: Confidences, session: Session, statement: str
) -> None:
    me = {"me": confidences.world.alice}
    with reading_as(session, confidences.world.alice):
        with pytest.raises(ProgrammingError, match="_places"):
            session.execute(text(statement), me)
        session.rollback()
    with reading_as(session, confidences.world.alice):
        within = statement.replace("'21', '75'", "'21'")
        assert session.execute(text(within), me).rowcount == 1  # type: ignore[attr-defined]


SUMMARY = "insert into case_summary (case_id, network_id, version, edited_by) select id, :network, 1, :me from support_case"


def test_a_synthese_is_written_by_who_takes_part_for_a_network_of_theirs(
    confidences: Confidences, session: Session
) -> None:
    world = confidences.world
    dge, urssaf = network_id("dge"), network_id("urssaf")
    with reading_as(session, world.alice):
        # In the name of another, and over what another network wrote.
        for network, me in ((urssaf, world.alice), (dge, world.alice)):
            with pytest.raises(ProgrammingError, match="row-level security"):
                session.execute(text(SUMMARY), {"network": network, "me": me})
            session.rollback()
        renamed = "update case_summary set edited_by = :bob"
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(text(renamed), {"bob": world.bob})
        session.rollback()
    with reading_as(session, world.bob):
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(text(SUMMARY), {"network": urssaf, "me": world.bob})
        session.rollback()
