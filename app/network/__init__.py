"""What links agents around a firm: follows, comments and their audience, the feed, notifications and their digest, drafts.

- ``bulk``: following many firms at once.
- ``panels``: what each panel of the network needs on the page of a firm; `templates/network/_panel_*.html` shows it.
- ``timeline``: what happened around a firm, or around those an agent follows: data, people and the model in one paginated thread.
"""

from flask import Flask

from app.accounts.own.presenters import AccountPage, account_pages
from app.core.access.permissions import clauses
from app.core.persons.places import person_places, text_place
from app.core.text.markdown import markdown
from app.core.work import clock, events
from app.core.work.tasks import Task
from app.detections.bulk.kinds import kinds
from app.detections.lists.marks import Mark, marks
from app.messages import outbox
from app.messages.stops.providers import stoppables


def init_app(app: Flask) -> None:
    """Register the domain: it listens to every event and brings each to the agents who may read it."""
    from app.network import bulk, policies, presenters, queries, routes, services, timeline
    from app.network.attachments import policies as attachment_policies
    from app.network.attachments import routes as attachment_routes
    from app.network.comments import routes as comment_routes
    from app.network.comments.presenters import read_by
    from app.network.notifications import cli, digest, preferences
    from app.network.notifications import routes as notification_routes

    clauses.fill(policies.RULES)
    clauses.fill(attachment_policies.RULES)
    presenters.register()
    app.add_template_filter(markdown, "markdown")
    app.add_template_filter(presenters.audience_of, "audience")
    app.add_template_filter(read_by, "readers")
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(comment_routes.blueprint)
    app.register_blueprint(attachment_routes.blueprint)
    app.register_blueprint(notification_routes.blueprint)
    app.cli.add_command(cli.group)
    events.listeners.fill(services.on_event)
    outbox.settled.fill(digest.settle)
    stoppables.fill(preferences.STOPPABLE)
    timeline.feed_texts.fill(timeline.COMMENTS)
    kinds.fill(bulk.FOLLOW)
    _fill_persons()
    marks.fill(
        Mark(
            code="followed",
            filter_label="Que je suis",
            label="Suivie",
            position=30,
            condition=queries.is_followed,
        )
    )
    account_pages.fill(
        AccountPage(
            32, "Ce que je suis", "network.follows",
            "entreprises, vues, territoires, accompagnements de collègues, et jusqu’où",
        )
    )  # fmt: skip
    clock.schedule(Task.NETWORK_DIGEST, f"0 {digest.MORNING} * * *")
    clock.schedule(Task.NETWORK_DIGEST_AGAIN, f"0 {digest.AFTERNOON} * * *")


def _fill_persons() -> None:
    from app.network.models import Attachment, Comment, CommentVersion

    for place in (
        text_place("comment", "Commentaire", Comment, texts=[Comment.body], key=Comment.id, day=Comment.created_at),
        text_place(
            "comment_version", "Version passée d’un commentaire", CommentVersion, texts=[CommentVersion.body], key=CommentVersion.id,
            day=CommentVersion.replaced_at,
        ),
        text_place(
            "attachment", "Nom d’un fichier joint", Attachment, texts=[Attachment.name], key=Attachment.id, day=Attachment.created_at
        ),
    ):  # fmt: skip
        person_places.fill(place)
