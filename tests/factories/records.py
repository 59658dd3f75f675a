"""What was kept too long, and what was not: rows of each object on a day, nights, slips."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from psycopg.types.json import Jsonb
from sqlalchemy import text

from app.core.now import today
from app.records.retention import jobs
from app.records.retention import queries as rules
from app.records.retention import services as changes
from app.records.retention.models import KeptObject, RetentionRule
from app.records.retention.slips import queries, services
from app.records.retention.slips.models import EliminationItem, EliminationSlip
from scoring.vocabulary import Nature
from tests.factories.cases import close_case, open_case
from tests.factories.interlocutors import plant_interlocutor
from tests.factories.journal import Superuser
from tests.factories.network import last_event, system, working_as, write_comment
from tests.factories.people import World, newcomer
from tests.factories.visits import log_visit

NOON = timedelta(hours=12)


def years_ago(months: int, *, after: int = 0) -> date:
    """The last day that is due today after so many months, or so many days after it."""
    year, month = divmod(today().year * 12 + today().month - 1 - months, 12)
    day = today().day
    while True:
        try:
            return date(year, month + 1, day) + timedelta(days=after)
        except ValueError:
            day -= 1


@dataclass(frozen=True)
class Planter:
    """Plants one object of each kind, as it would be had its delay begun on a day."""

    world: World
    superuser: Superuser

    def plant(self, about: KeptObject, day: date, turn: int) -> None:
        """One object whose delay begins on ``day``; ``turn`` tells two of them apart."""
        made: dict[KeptObject, Callable[[date, int], object]] = {
            KeptObject.CASE: self.case, KeptObject.COMMENT: self.comment, KeptObject.VISIT: self.visit,
            KeptObject.INTERLOCUTOR: self.interlocutor, KeptObject.NOTIFICATION: self.notification,
            KeptObject.ANNOUNCEMENT: self.announcement, KeptObject.EMAIL: self.email, KeptObject.DRAFT: self.draft,
            KeptObject.SENT_FILE: self.sent_file, KeptObject.DIRECTORY_FILE: self.directory_file, KeptObject.AGENT: self.agent,
        }  # fmt: skip
        made[about](day, turn)

    def case(self, day: date, turn: int) -> int:
        """An accompagnement closed on a day."""
        siret = (self.world.siret_21, self.world.siret_21_quiet)[turn]
        number = open_case(self.world.alice, siret)
        close_case(self.world.alice, number)
        self.end(number, day)
        return number

    def end(self, number: int, day: date) -> None:
        """Have an accompagnement be closed on a day, whatever its state."""
        statement = "update support_case set state = 'termine', closed_on = %s, opened_on = %s where id = %s"
        self.superuser.execute(statement, [day, day - timedelta(days=90), number])

    def comment(self, day: date, turn: int) -> int:
        """A comment on a firm, without an accompagnement."""
        number = write_comment(
            self.world.alice, self.world.siren_21, to="codefi", body=f"Ancien {turn}"
        )
        return self._date("comment", "created_at", number, day)

    def visit(self, day: date, _turn: int) -> int:
        """A visit with its note."""
        number = log_visit(self.world.alice, self.world.siret_21, to="codefi")
        return self._date("visit", "visited_on", number, day)

    def interlocutor(self, day: date, turn: int) -> None:
        """Somebody of a firm."""
        plant_interlocutor(self.world.alice, self.world.siren_21, name=f"Personne {turn}")
        self._last("interlocutor", "given_on", day)

    def notification(self, day: date, _turn: int) -> None:
        """Something told to an agent."""
        write_comment(self.world.alice, self.world.siren_21, to="codefi")
        self._insert(
            "notification", agent_id=self.world.bob, event_id=last_event(), kind="commentaire", reason="followed",
            created_at=_noon(day),
        )  # fmt: skip

    def announcement(self, day: date, turn: int) -> None:
        """Something announced to an agent."""
        self._insert(
            "announcement", agent_id=self.world.bob, dedup_key=f"ancien:{turn}", kind="annonce", reason="account",
            subject="Annonce", path="/compte", created_at=_noon(day),
        )  # fmt: skip

    def email(self, day: date, turn: int) -> None:
        """An e-mail that the server took."""
        self._insert(
            "email", agent_id=self.world.bob, dedup_key=f"ancien:{turn}", subject="Objet", body_text="Texte",
            body_html="<p>Texte</p>", created_at=_noon(day), sent_at=_noon(day), due_at=None,
        )  # fmt: skip

    def draft(self, day: date, turn: int) -> None:
        """What somebody was typing."""
        self._insert(
            "draft",
            agent_id=self.world.bob,
            form_path=f"/ancien/{turn}",
            fields=Jsonb({}),
            saved_at=_noon(day),
        )

    def sent_file(self, day: date, _turn: int) -> None:
        """A file of accompagnements that came back."""
        self._insert(
            "case_import", agent_id=self.world.bob, name="a.xlsx", content=b"x", sent_at=_noon(day)
        )

    def directory_file(self, day: date, _turn: int) -> None:
        """A file of experts."""
        self._insert(
            "directory_file",
            agent_id=self.world.admin,
            name="a.xlsx",
            content=b"x",
            sent_at=_noon(day),
        )

    def agent(self, day: date, turn: int) -> int:
        """Somebody who left, of whom the journal says nothing any more."""
        with system() as session:
            number = newcomer(session, f"parti-{turn}", natures={"21": [Nature.SCORE]})
        for statement in (
            "update agent set active = false, created_at = %s, last_name = 'Disparu' where id = %s",
            "update habilitation set starts_on = %s::date - 100, ends_on = %s::date - 50 where agent_id = %s",
        ):
            moments = [_noon(day)] * (statement.count("%s") - 1)
            self.superuser.execute(statement, [*moments, number])
        return number

    def _date(self, table: str, column: str, number: int, day: date) -> int:
        key = "id"
        self.superuser.execute(
            f"update {table} set {column} = %s where {key} = %s", [_noon(day), number]
        )
        return number

    def _last(self, table: str, column: str, day: date) -> None:
        self.superuser.execute(
            f"update {table} set {column} = %s where id = (select max(id) from {table})", [day]
        )

    def _insert(self, table: str, **values: object) -> None:
        columns = ", ".join(values)
        holders = ", ".join(["%s"] * len(values))
        self.superuser.execute(
            f"insert into {table} ({columns}) values ({holders})", list(values.values())
        )


def _noon(day: date) -> str:
    return f"{day.isoformat()} 12:00 Europe/Paris"


def spend_night(superuser: Superuser) -> None:
    """A night, as if the former one had been yesterday."""
    superuser.execute("update retention_rehearsal set rehearsed_on = rehearsed_on - 1")
    jobs.night()


def due(about: KeptObject, until: date) -> int:
    """How many objects are due by a day."""
    with system() as session:
        return int(rules.count_due(session, about, until).quantity)


def slip_of(about: KeptObject) -> EliminationSlip:
    """The last slip of an object."""
    with system() as session:
        number = session.scalar(
            text("select max(id) from elimination_slip where object = :object"), {"object": about}
        )
        slip = session.get_one(EliminationSlip, number)
        session.expunge(slip)
        return slip


def sign(agent_id: int, slip_id: int, *, is_accepted: bool = True, remark: str = "") -> None:
    """Somebody gives the visa of the archives, or refuses it."""
    with working_as(agent_id) as (session, who):
        slip = queries.get_slip(session, who, slip_id)
        services.sign(session, who, slip, is_accepted=is_accepted, remark=remark)


def plant_records(asker_id: int) -> dict[str, object]:
    """A change of a rule that somebody asks, a slip that waits for its visa; what completes their addresses."""
    with working_as(asker_id) as (session, who):
        rule = rules.get_rule(session, who, KeptObject.DRAFT)
        asked = changes.AskedRule(
            in_use_months=3, intermediate_months=0, fate=rule.fate, basis=rule.basis, reason="Un trimestre suffit bien"
        )  # fmt: skip
        change_id = changes.ask(session, who, rule, asked).id
    return {"code": KeptObject.EMAIL.value, "change_id": change_id, "slip_id": plant_slip()}


def plant_slip() -> int:
    """A slip of one comment that waits for its visa; its number."""
    day = years_ago(60)
    with system() as session:
        rule = session.get_one(RetentionRule, KeptObject.COMMENT)
        slip = services.open_slip(session, rule, until=day, takes_visa=True)
        slip.quantity, slip.oldest_on, slip.newest_on = 1, day, day
        session.add(EliminationItem(slip_id=slip.id, subject_id=1_000_000, began_on=day))
        return slip.id


def receive(agent_id: int, slip_id: int) -> None:
    """Somebody says that the archives received it."""
    with working_as(agent_id) as (session, who):
        services.receive(session, who, queries.get_slip(session, who, slip_id))
