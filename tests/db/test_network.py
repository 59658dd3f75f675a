"""Follows, comments and their audience."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.core.access.identity import Identity
from app.core.errors import DomainError, NotFoundError
from app.core.journal import JournalEntry
from app.network import queries, timeline
from app.network.comments import services as comments
from app.network.models import Comment, CommentVersion, FeedEvent, Follow, FollowLevel
from app.network.queries import CommentRange
from tests.factories.network import follow, network_id, system, working_as, write_comment
from tests.factories.people import World


def test_following_twice_is_following_once(world: World) -> None:
    follow(world.alice, world.siren_21)
    follow(world.alice, world.siren_21)
    with system() as session:
        assert len(session.scalars(select(Follow)).all()) == 1
    with working_as(world.alice) as (session, _):
        traces = session.scalars(
            select(JournalEntry.details).where(JournalEntry.event == "network:follow:changed")
        ).all()
    assert traces == [{"level": "all"}]


def test_another_level_replaces_the_former(world: World) -> None:
    follow(world.alice, world.siren_21)
    follow(world.alice, world.siren_21, FollowLevel.MENTIONS)
    with working_as(world.alice) as (session, who):
        known = queries.find_follow(session, who, world.siren_21)
        assert known is not None
        assert known.level == FollowLevel.MENTIONS


def test_who_writes_follows(world: World) -> None:
    write_comment(world.alice, world.siren_21, to="crp")
    with working_as(world.alice) as (session, who):
        known = queries.find_follow(session, who, world.siren_21)
        assert known is not None
        assert known.level == FollowLevel.ALL


def test_who_chose_to_hear_nothing_still_hears_nothing_after_writing(world: World) -> None:
    follow(world.alice, world.siren_21, FollowLevel.NOTHING)
    write_comment(world.alice, world.siren_21, to="crp")
    with working_as(world.alice) as (session, who):
        known = queries.find_follow(session, who, world.siren_21)
        assert known is not None
        assert known.level == FollowLevel.NOTHING


def test_a_comment_to_my_network_does_not_exist_for_another(world: World) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp")
    with working_as(world.carol) as (session, who):
        assert [c.id for c in read_comments(session, who, world.siren_21)] == [number]
    with working_as(world.bob) as (session, who):
        assert list(read_comments(session, who, world.siren_21)) == []
        page = timeline.slice_of_timeline(session, who, world.siren_21)
        assert (page.next_cursor, list(page.rows)) == (None, [])
        with pytest.raises(NotFoundError):
            queries.get_comment(session, who, number)


def test_a_comment_to_codefi_is_read_by_the_partners_of_the_department_only(world: World) -> None:
    number = write_comment(world.alice, world.siren_21, to="codefi")
    with working_as(world.bob) as (session, who):
        assert queries.get_comment(session, who, number).body == "Texte de test"
    with working_as(world.stranger) as (session, who), pytest.raises(NotFoundError):
        queries.get_comment(session, who, number)


def test_a_forged_audience_is_refused(world: World) -> None:
    urssaf = network_id("urssaf")
    with working_as(world.alice) as (session, who):
        company = session.get_one(Company, world.siren_21)
        for forged in (urssaf, 999_999, None):
            with pytest.raises(DomainError, match="cercle de lecteurs auquel vous appartenez"):
                comments.write(session, who, company, network_id=forged, body="x")


def test_ten_thousand_characters_are_a_comment_and_one_more_is_not(world: World) -> None:
    write_comment(world.alice, world.siren_21, to="crp", body="é" * 10_000)
    with pytest.raises(DomainError, match=r"10.001 caractères"):
        write_comment(world.alice, world.siren_21, to="crp", body="é" * 10_001)


def test_a_blank_comment_is_not_a_comment(world: World) -> None:
    with pytest.raises(DomainError, match="Écrivez votre commentaire"):
        write_comment(world.alice, world.siren_21, to="crp", body=" \r\n ")


def test_writing_out_of_zone_is_refused(world: World) -> None:
    with pytest.raises(DomainError, match="pas dans votre zone"):
        write_comment(world.stranger, world.siren_21, to="crp")


def test_what_a_comment_said_before_is_kept(world: World) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp", body="avant")
    with working_as(world.alice) as (session, who):
        comment = queries.get_comment(session, who, number)
        comments.edit(session, who, comment, body="après")
    with system() as session:
        assert session.scalars(select(CommentVersion.body)).all() == ["avant"]


def test_only_the_author_edits_and_deletes(world: World) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp")
    with working_as(world.carol) as (session, who):
        comment = queries.get_comment(session, who, number)
        with pytest.raises(DomainError, match="Seul l’auteur"):
            comments.edit(session, who, comment, body="x")
        with pytest.raises(DomainError, match="Seul l’auteur"):
            comments.delete(session, who, comment)


def test_a_deleted_comment_leaves_its_place_and_not_its_text(world: World) -> None:
    number = write_comment(world.alice, world.siren_21, to="crp", body="à oublier")
    with working_as(world.alice) as (session, who):
        comments.delete(session, who, queries.get_comment(session, who, number))
    with working_as(world.carol) as (session, who):
        (comment,) = read_comments(session, who, world.siren_21)
        assert comment.deleted_at is not None
        assert "oublier" not in comment.body


def test_neither_the_journal_nor_the_feed_holds_a_text(world: World) -> None:
    write_comment(world.alice, world.siren_21, to="crp", body="secret-de-polichinelle")
    with working_as(world.alice) as (session, _):
        details = [str(row) for row in session.scalars(select(JournalEntry.details))]
        feed = [str(row) for row in session.scalars(select(FeedEvent.details))]
    assert details
    assert feed
    assert not any("polichinelle" in text for text in details + feed)


def test_without_identity_the_network_is_empty(world: World, session: Session) -> None:
    write_comment(world.alice, world.siren_21, to="codefi")
    assert session.scalars(select(FeedEvent)).all() == []
    assert session.scalars(select(Follow)).all() == []


def read_comments(session: Session, who: Identity, siren: str) -> Sequence[Comment]:
    """The last comments on a firm that somebody reads."""
    page = queries.page_of_comments(session, who, siren, CommentRange())
    assert page.total == len(page.rows)
    return page.rows
