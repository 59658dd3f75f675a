"""A country of firms written by the database itself: as many as wanted (`directory`), their series, and a published list of some."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app.core.now import utcnow
from app.detections.lists.services import store_places, store_themes
from app.detections.models import DetectionList, DetectionRun, RunState
from tests.factories.companies import store_figures
from tests.factories.directory import write_firms

FIRST_MONTH = date(2022, 11, 1)
AS_OF = date(2026, 11, 1)


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many firms, of which how many on the list, and how many months of series."""

    firms: int
    listed: int
    months: int = 48
    signals: int = 300


# One firm in three has a debt; one in twelve, activité partielle. A series is one of five hundred of its kind: the last
# months of some are unknown yet.
SERIES = """
with kind (code, nature, one_in, scale, lag) as (values
    ('effectif', null, 1, 30, 2), ('cotisation', 'urssaf', 1, 9000, 1), ('dette_patronale', 'urssaf', 3, 20000, 1),
    ('dette_salariale', 'urssaf', 3, 5000, 1), ('ap_consommee', 'activite_partielle', 12, 8, 3)
),
shape as materialized (
    select code, nature, one_in, drawn, array(
        select case when month <= :months - lag then round((scale * drawn / 200.0 * (1.1 + sin(month + drawn)))::numeric) end
        from generate_series(1, :months) month order by month
    )::float8[] as figures
    from kind, generate_series(0, 499) drawn
)
insert into company_series (siret, code, siren, department, nature, first_month, "values")
select siret, code, siren, department, nature, :first_month, figures
from establishment e join shape on drawn = abs(hashtext(siret)) % 500 and abs(hashtext(siren)) / 7 % one_in = 0
"""
# One firm in two has accounts of two years, one of those in three confidential ones, one in five a loss.
ACCOUNTS = """
insert into annual_accounts (siren, closed_on, nature, revenue, ebit)
select siren, make_date(2025 - ago, 12, 31), case when drawn % 3 = 0 then 'comptes_confidentiels' end, 1000.0 * drawn,
    case when drawn % 5 = 0 then -10.0 else 10.0 end * drawn
from company, lateral (select abs(hashtext(siren)) % 1000 as drawn) shape, generate_series(0, 1) ago where drawn % 2 = 0
"""
# One département in two has a territory, of which one commune in four is.
TERRITORIES = (
    "insert into territory select 'T' || code, 'Territoire ' || code, array[code] from department where ascii(code) % 2 = 0",
    "insert into territory_commune select departments[1] || '001', code from territory",
)
ENTRIES = """
insert into detection_entry (list_id, siren, department, departments, p12, p18, p24, level, model_level, rules_count,
    novelty, arm, p_select, rank)
select :list, siren, department, departments, risk * 0.8, risk, risk * 1.1, case when place <= :listed / 4 then 'elevee'
    else 'moderee' end, 'moderee', 0, (array['first_alert','aggravation','re_alert','none','none','none'])[1 + place % 6],
    case place % 10 when 3 then 'random' else 'algorithm' end, case place % 10 when 3 then 0.1 else 1 end,
    row_number() over (partition by department order by place)
from (select siren, department, departments, row_number() over (order by md5(siren)) as place, 0.5 as risk from company) c
where place <= :listed
"""
# Two themes raise the risk of each entry, one lowers it.
REASONS = """
insert into detection_reason (entry_id, siren, departments, nature, theme, contribution, sentence, position)
select e.id, siren, departments, t.nature, t.theme, (abs(hashtext(siren || t.theme)) % 100 - t.less) / 100.0, '', t.place
from detection_entry e, (values
    ('urssaf', 'dettes_sociales', 0, 0), ('urssaf', 'effectif', 10, 1), ('activite_partielle', 'activite_partielle', 60, 2),
    ('banque_de_france', 'sante_financiere', 98, 3)
) t(nature, theme, less, place) where list_id = :list
"""
ALERTS = "insert into company_alert select siren, :as_of from detection_entry where list_id = :list on conflict do nothing"
SIGNALS = """
insert into human_signal (siren, departments, author_id, source, comment, created_at)
select siren, departments, (select min(id) from agent), 'interne', 'Des retards de paiement.', now() - interval '3 days'
from company order by md5(siren || 's') limit :signals
"""


def fill_country(session: Session, size: Size) -> int:
    """Write the country in the transaction of ``session``, which must act for the system; the number of its list.

    `analyze` follows the commit. An agent must exist: they sign what humans signal.
    """
    write_firms(session, firms=size.firms, last_month=AS_OF)
    session.execute(text(SERIES), {"first_month": FIRST_MONTH, "months": size.months})
    for statement in (ACCOUNTS, *TERRITORIES):
        session.execute(text(statement))
    listed = _publish(session, size)
    session.execute(text(SIGNALS), {"signals": size.signals})
    store_figures(session)
    return listed


def analyze(owner: Engine) -> None:
    """Have the planner know what `fill_country` wrote, as the server does by itself within minutes."""
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def _publish(session: Session, size: Size) -> int:
    run = DetectionRun(as_of=AS_OF, state=RunState.DONE, trigger="test")
    session.add(run)
    session.flush()
    published = DetectionList(
        run_id=run.id, as_of=AS_OF, label="Liste du pays", parameters={}, published_at=utcnow()
    )
    session.add(published)
    session.flush()
    values = {"list": published.id, "listed": size.listed, "as_of": AS_OF}
    session.execute(text(ENTRIES), values)
    session.execute(text(ALERTS), values)
    session.execute(text(REASONS), values)
    store_places(session, published)
    store_themes(session, published)
    return published.id
