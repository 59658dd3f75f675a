"""Crowds around the firms of a country: a firm of thousands of places and comments, an agent who follows and is told too much.

Written by the database itself, over `tests.factories.country`; nothing here is slow enough to be measured.
"""

from dataclasses import dataclass

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Agent
from app.core.access.identity import Nature, Role
from tests.factories.companies import store_figures
from tests.factories.country import FIRST_MONTH
from tests.factories.people import World, newcomer

TABLES = (
    "case_change", "case_member", "case_value", "comment", "company_series", "establishment",
    "feed_event", "follow", "journal", "notification",
    "campaign_firm", "company_totals", "deadline", "firm_contact", "payment_plan", "procedure_event", "support_case", "visit", "visit_note",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Crowds:
    """How much there is of each; the firm is ``siren``, the agent ``reader``, who writes there with ``author``.

    ``places``: establishments of the firm; ``events``: those of the feed, spread over a year and over the country.
    """

    siren: str
    reader: int
    author: int
    places: int = 3_000
    months: int = 13
    comments: int = 5_000
    visits: int = 400
    cases: int = 200
    follows: int = 20_000
    events: int = 120_000
    notifications: int = 100_000
    deadlines: int = 30_000
    #: firms of each campaign
    contacted: int = 5_000


@dataclass(frozen=True, kw_only=True)
class Busy:
    """The crowds as written, and who reads: somebody of the whole country, of a région, of a département."""

    size: Crowds
    readers: dict[str, int]
    list_id: int


# One establishment in three is closed; the head office is one that the firm had. The first letters of an address tell it from others.
PLACES = """
insert into establishment (siret, siren, is_head_office, address, postal_code, commune, department, naf, is_active)
select siren || lpad((10000 + number)::text, 5, '0'), siren, false, number || ' rue de la Foule',
    departments[1] || lpad((number % 900)::text, 3, '0'), 'Commune ' || number % 300, departments[1], '47.11F', number % 3 > 0
from company, generate_series(1, :places - 1) number where siren = :siren
"""
SERIES = """
insert into company_series (siret, code, siren, department, nature, first_month, "values")
select siret, code, siren, department, nature, :first_month, array(
    select case when month <= :months - 1 then scale * (1 + month % 5) + right(siret, 2)::integer end
    from generate_series(1, :months) month order by month)::float8[]
from establishment, (values ('effectif', null, 10), ('cotisation', 'urssaf', 900), ('dette_patronale', 'urssaf', 2000),
    ('dette_salariale', 'urssaf', 500), ('ap_consommee', 'activite_partielle', 2)) kind (code, nature, scale)
where siren = :siren and right(siret, 5) >= '10001'
"""
PLANS = """
insert into payment_plan (siret, siren, department, created_on, due_on, amount, stage, action)
select siret, siren, department, date '2026-01-01' + right(siret, 3)::integer % 300, date '2027-06-01', 12000, 'APPROB', 'SUR PO'
from establishment where siren = :siren and right(siret, 5) >= '10001' and right(siret, 1) in ('0', '5')
"""
PROCEDURES = """
insert into procedure_event (siren, effective_on, kind, stage, label)
select :siren, date '2010-01-01' + number * 30, 'redressement', 'ouverture', 'Ouverture_redressement'
from generate_series(1, 60) number
"""
COMMENTS = """
insert into comment (siren, author_id, network_id, departments, body, created_at)
select siren, case when number % 3 = 0 then :reader else :author end,
    (select id from network where code = case when number % 4 = 0 then 'codefi' else 'crp' end), departments,
    'Commentaire ' || number || ' ' || repeat('de la foule ', 20), now() - interval '1 hour' * (:comments - number) - interval '1 day'
from company, generate_series(1, :comments) number where siren = :siren
"""
COMMENTED = """
insert into feed_event (siren, departments, kind, actor_id, network_id, subject_kind, subject_id, details, occurred_at)
select siren, departments, 'network:comment:written', author_id, network_id, 'comment', id, '{"occurred_on": "2026-11-01"}', created_at
from comment where siren = :siren
"""
VISITS = """
insert into visit (siret, siren, department, departments, author_id, visited_on, channel, contact_result, verdict)
select siret, siren, department, array[department], :author, date '2024-01-01' + number::integer, 'sur_place', 'repondu', 'confirmee'
from (select *, row_number() over (order by siret) as number from establishment where siren = :siren) place where number <= :visits
"""
NOTES = """
insert into visit_note (visit_id, author_id, siren, departments, network_id, body)
select v.id, v.author_id, v.siren, array[v.department], (select id from network where code = 'codefi'), 'Compte rendu'
from visit v where v.siren = :siren
"""
# The closed ones are the most; each has a référent.
CASES = """
insert into support_case (siret, siren, department, state, opened_on, opened_by, closed_on)
select siret, siren, department, case when number % 4 = 0 then 'en_cours' else 'termine' end, date '2024-01-01' + number::integer,
    :author, case when number % 4 > 0 then date '2026-01-01' + number::integer end
from (select *, row_number() over (order by siret desc) as number from establishment where siren = :siren and is_active) place
where number <= :cases
"""
MEMBERS = """
insert into case_member (case_id, agent_id, role) select id, :author, 'referent' from support_case where siren = :siren
"""
# Each accompagnement of the country is of a sector; the first of the firm changed very often.
DESCRIBED = """
insert into case_value (case_id, value_id, added_by)
select c.id, v.id, :author from support_case c join list_value v on v.list_code = 'filiere' and v.position = 1 + c.id % 22
"""
CHANGES = """
insert into case_change (case_id, kind, before, after, agent_id, changed_at)
select (select min(id) from support_case where siren = :siren), 'criticite', 'none', 'elevee', :author, now() - interval '1 hour' * number
from generate_series(1, 300) number
"""
# All over the country, one in a hundred at the firm; half of them are the reader's, one in three is done.
DEADLINES = """
insert into deadline (siren, departments, network_id, author_id, assignee_id, what, due_on, state, settled_at)
select c.siren, c.departments, n.id, :author, case when number % 2 = 0 then :reader else :author end, 'Acte ' || number,
    current_date - 60 + (number % 120)::integer, case when number % 3 = 0 then 'faite' else 'a_faire' end,
    case when number % 3 = 0 then now() end
from (select siren, departments, row_number() over (order by md5(siren || 'd')) as number from company) c
cross join (select id from network where is_codefi) n where number <= :deadlines
union all
select siren, departments, n.id, :author, :reader, 'Acte', current_date + number, 'a_faire', null
from company cross join (select id from network where is_codefi) n, generate_series(1, :deadlines / 100) number where siren = :siren
"""
# A campaign as large as may be, where half of the firms were called, in a country where others call too.
CAMPAIGNS = """
insert into contact_campaign (label, network_id, departments, nature, author_id, ends_on)
select 'Campagne ' || number, (select id from network where is_codefi), '{21}', 'score', :author, current_date + 60
from generate_series(1, 4) number
"""
CAMPAIGN_FIRMS = """
insert into campaign_firm (campaign_id, siren, departments, added_by)
select c.id, f.siren, f.departments, :author from contact_campaign c join lateral (
    select siren, departments from company where departments && '{21}' order by md5(siren || c.id) limit :contacted
) f on true
"""
CONTACTS = """
insert into firm_contact (siren, departments, campaign_id, agent_id, taken_at, ended_at, ending)
select siren, departments, campaign_id, case when id % 8 = 0 then :reader else :author end, now() - interval '1 hour',
    case when id % 4 > 0 then now() end, case when id % 4 > 0 then 'injoignable' end
from campaign_firm where id % 2 = 0
"""
CALLED = """
update campaign_firm f set contact_id = c.id, agent_id = c.agent_id, ending = c.ending,
    stage = case when c.ended_at is null then 'pris' else 'fait' end
from firm_contact c where c.siren = f.siren and c.campaign_id = f.campaign_id
"""
# What others do elsewhere in the country.
ELSEWHERE = (
    """
    insert into visit (siret, siren, department, departments, author_id, visited_on, channel, contact_result, verdict)
    select siret, siren, department, array[department], :author, date '2025-01-01' + number::integer % 600,
        'sur_place', 'repondu', 'confirmee'
    from (select *, row_number() over (order by md5(siret)) as number from establishment where siren <> :siren) place
    where number <= 20 * :visits
    """,
    """
    insert into support_case (siret, siren, department, state, opened_on, opened_by)
    select siret, siren, department, 'en_cours', date '2024-01-01' + number::integer % 900, :author
    from (select *, row_number() over (order by md5(siret || 'c')) as number from establishment where siren <> :siren) place
    where number <= 20 * :cases
    """,
)
FOLLOWS = """
insert into follow (agent_id, siren, level, created_at)
select :reader, siren, case when number % 50 = 0 then 'nothing' when number % 10 = 0 then 'mentions' else 'all' end,
    now() - interval '1 minute' * number
from (select siren, row_number() over (order by md5(siren || 'f')) as number from company) c where number <= :follows
"""
# What happens in a country: an alert in three, whose network is nobody's; the rest is written to CODEFI.
EVENTS = """
insert into feed_event (siren, departments, kind, actor_id, network_id, nature, subject_kind, subject_id, details, occurred_at)
select siren, departments, case when alert then 'detections:entry:alerted' else 'network:comment:written' end,
    case when alert then null else :author end, case when alert then null else (select id from network where code = 'codefi') end,
    case when alert then 'score' end, case when alert then 'detection_entry' else 'comment' end, number,
    case when alert then '{"level": "moderee", "novelty": "first_alert", "occurred_on": "2026-11-01"}'::jsonb
        else '{"occurred_on": "2026-11-01"}' end,
    now() - interval '1 year' * number / :events - interval '2 days'
from (select number, number % 3 = 0 as alert, 1 + abs(hashtext(number::text)) % (select count(*) from company) as place
    from generate_series(1, :events) number) drawn
join (select siren, departments, row_number() over (order by siren) as place from company) firm using (place)
"""
NOTIFICATIONS = """
insert into notification (agent_id, event_id, kind, reason, created_at, read_at)
select :reader, id, case when place % 20 = 0 then 'alerte' else 'commentaire' end, 'followed', occurred_at,
    case when place % 10 = 0 then now() end
from (select *, row_number() over (order by occurred_at) as place from feed_event order by occurred_at limit :notifications) e
order by occurred_at
"""
LINES = """
insert into journal (id, recorded_at, actor_id, actor_name, event, siren, details, previous_hash, hash)
select 1000000 + number, now() - interval '1 minute' * (:lines - number) / 4, case when number % 2 = 0 then :reader else :author end,
    'Foule', 'companies:company:read', :siren, '{"page": "/entreprises/foule", "in_zone": true, "natures": []}', '\\x00', '\\x00'
from generate_series(1, :lines) number
"""


def make_busy(session: Session, *, list_id: int) -> Busy:
    """Write all of it over the world and the country of that list; ``session`` acts for the system."""
    named = {agent.email.partition("@")[0]: agent.id for agent in session.scalars(select(Agent))}
    reader = newcomer(
        session, "france", natures={"FR": list(Nature)}, roles=(Role.AGENT, Role.MANAGER)
    )
    size = Crowds(siren=World.siren_21, reader=reader, author=named["carol"])
    crowd_firm(session, size)
    crowd_agent(session, size)
    store_figures(session)
    readers = {"country": reader, "région": named["direction"], "département": named["alice"]}
    return Busy(size=size, readers=readers, list_id=list_id)


def crowd_firm(session: Session, size: Crowds) -> None:
    """Give the firm its places, series, plans, comments, visits and accompagnements; ``session`` acts for the system."""
    named = {"siren": size.siren, "reader": size.reader, "author": size.author}
    session.execute(text(PLACES), {**named, "places": size.places})
    session.execute(text(SERIES), {**named, "months": size.months, "first_month": FIRST_MONTH})
    for statement in (PLANS, PROCEDURES):
        session.execute(text(statement), named)
    session.execute(text(COMMENTS), {**named, "comments": size.comments})
    session.execute(text(COMMENTED), named)
    session.execute(text(VISITS), {**named, "visits": size.visits})
    session.execute(text(NOTES), named)
    session.execute(text(CASES), {**named, "cases": size.cases})
    session.execute(text(MEMBERS), named)


def crowd_agent(session: Session, size: Crowds) -> None:
    """Have the reader follow many firms, and be told of what happens in the country; ``session`` acts for the system."""
    people = {"reader": size.reader, "author": size.author}
    written = {"author": size.author, "siren": size.siren}
    visits, cases = ELSEWHERE
    session.execute(text(visits), {**written, "visits": size.visits})
    session.execute(text(cases), {**written, "cases": size.cases})
    session.execute(text(DESCRIBED), people)
    session.execute(text(CHANGES), {"siren": size.siren, "author": size.author})
    planned = {**people, "siren": size.siren, "deadlines": size.deadlines}
    session.execute(text(DEADLINES), planned)
    session.execute(text(CAMPAIGNS), {"author": size.author})
    session.execute(text(CAMPAIGN_FIRMS), {"author": size.author, "contacted": size.contacted})
    session.execute(text(CONTACTS), people)
    session.execute(text(CALLED))
    session.execute(text(FOLLOWS), {"reader": size.reader, "follows": size.follows})
    session.execute(text(EVENTS), {**people, "events": size.events})
    session.execute(
        text(NOTIFICATIONS), {"reader": size.reader, "notifications": size.notifications}
    )


def fill_journal(owner: Engine, size: Crowds, *, lines: int) -> None:
    """Write lines of the journal, half of them the reader's, outside its chain; only the ``owner`` of the table can."""
    with owner.begin() as connection:
        connection.execute(
            text(LINES),
            {"reader": size.reader, "author": size.author, "siren": size.siren, "lines": lines},
        )


def analyze(owner: Engine) -> None:
    """Have the planner know these tables, as the server does by itself within minutes."""
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"vacuum analyze {', '.join(TABLES)}"))
