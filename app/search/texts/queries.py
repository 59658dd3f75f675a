"""Find what agents wrote: the database says which texts hold the words, and each is read under its own policy.

And what they named, their views and their lists of firms, by the words of its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Row,
    Select,
    Text,
    all_,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, REGCONFIG
from sqlalchemy.orm import Session, joinedload

from app.companies.models import Company
from app.core.access.identity import Identity
from app.network.models import Comment
from app.visits.models import Visit, VisitNote
from app.watching.lists.models import CompanyList
from app.watching.models import SavedView

#: texts, and views or lists, that a search shows at most
MOST_TEXTS, MOST_NAMED = 20, 5
#: French without accents, as the database splits texts into words
FRENCH = "vigie_french"
#: around what was found in an extract: no text holds them, and what one would hold there marks nothing else
OPENS, CLOSES = "\u2068", "\u2069"
_EXTRACT = f"StartSel={OPENS}, StopSel={CLOSES}, MaxWords=35, MinWords=15, ShortWord=0"


@dataclass(frozen=True, kw_only=True)
class FoundTexts:
    """What a search found besides firms; ``has_more`` when there are other texts.

    ``comments``: each with its firm and an extract; ``visits``: each with its firm, an extract and whether somebody so called was met.
    """

    comments: Sequence[Row[Comment, Company, str]]
    visits: Sequence[tuple[Visit, Company, str, bool]]
    lists: Sequence[CompanyList]
    views: Sequence[SavedView]
    has_more: bool

    @property
    def count(self) -> int:
        """How many were found."""
        return len(self.comments) + len(self.visits) + len(self.lists) + len(self.views)


def find_texts(session: Session, identity: Identity, typed: str) -> FoundTexts:
    """Return what the agent reads that holds what was ``typed``: people met first, then the last written."""
    found = session.execute(_found(typed)).all()
    shown = found[:MOST_TEXTS]
    comments = [hit.text_id for hit in shown if hit.kind == "comment"]
    visits = {hit.text_id: hit.is_met for hit in shown if hit.kind == "visit"}
    return FoundTexts(
        comments=_comments(session, comments, typed),
        visits=_visits(session, visits, typed),
        lists=find_lists(session, identity, typed),
        views=find_views(session, identity, typed),
        has_more=len(found) > MOST_TEXTS,
    )


def _found(typed: str) -> Select[str, int, bool]:
    columns = column("kind", Text), column("text_id", Integer), column("is_met", Boolean)
    return select(*func.vigie_texts(typed, MOST_TEXTS + 1).table_valued(*columns).c)


def _comments(
    session: Session, ids: Sequence[int], typed: str
) -> Sequence[Row[Comment, Company, str]]:
    if not ids:
        return []
    statement = (
        select(Comment, Company, _extract(Comment.__table__.c.body, typed))
        .join(Company, Company.siren == Comment.siren)
        .where(Comment.id.in_(ids), Comment.deleted_at.is_(None))
        .options(joinedload(Comment.author), joinedload(Comment.network))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
    )
    return session.execute(statement).all()


def _visits(
    session: Session, met: dict[int, bool], typed: str
) -> list[tuple[Visit, Company, str, bool]]:
    if not met:
        return []
    note = VisitNote.__table__.c
    statement = (
        select(Visit, Company, _extract(note.body + " " + note.next_step, typed))
        .join(VisitNote, VisitNote.visit_id == Visit.id)
        .join(Company, Company.siren == Visit.siren)
        .where(Visit.id.in_(met))
        .options(joinedload(Visit.author), joinedload(Visit.note).joinedload(VisitNote.network))
        .order_by(Visit.visited_on.desc(), Visit.id.desc())
    )
    return [
        (visit, company, extract, met[visit.id])
        for visit, company, extract in session.execute(statement)
    ]


def find_views(session: Session, identity: Identity, typed: str) -> Sequence[SavedView]:
    """Views whose name holds the words typed, the agent's own first; row-level security gives those shared with their networks."""
    found = select(SavedView).where(_named(SavedView.__table__.c.name, typed))
    found = found.options(joinedload(SavedView.agent), joinedload(SavedView.network))
    mine_first = (SavedView.agent_id != identity.agent_id, SavedView.name, SavedView.id)
    return session.scalars(found.order_by(*mine_first).limit(MOST_NAMED)).all()


def find_lists(session: Session, identity: Identity, typed: str) -> Sequence[CompanyList]:
    """Lists of firms in use whose name holds the words typed, the agent's own first; row-level security gives those they read."""
    named = _named(CompanyList.__table__.c.label, typed)
    found = select(CompanyList).where(named, CompanyList.archived_at.is_(None))
    found = found.options(joinedload(CompanyList.author), joinedload(CompanyList.network))
    mine_first = (CompanyList.author_id != identity.agent_id, CompanyList.label, CompanyList.id)
    return session.scalars(found.order_by(*mine_first).limit(MOST_NAMED)).all()


def _named(name: ColumnElement[str], typed: str) -> ColumnElement[bool]:
    """SQL condition: the name holds every word typed, in any order; a text without any word names nothing."""
    words = func.vigie_plain(typed)
    each = func.string_to_array("%" + func.replace(words, " ", "%|%") + "%", "|", type_=ARRAY(Text))
    return (words != "") & func.vigie_plain(name).like(all_(each))


def _extract(body: ColumnElement[str], typed: str) -> ColumnElement[str]:
    french = cast(FRENCH, REGCONFIG)
    return func.ts_headline(french, body, func.websearch_to_tsquery(french, typed), _EXTRACT)
