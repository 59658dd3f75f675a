"""The guichet: the public door by which a head of firm says a need, its guichets by theme, its follow-up, the adviser’s door."""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.persons.places import person_places
from app.core.web import pages
from app.core.work import clock
from app.core.work.tasks import Task


def init_app(app: Flask) -> None:
    """Register the rooms, the way in of advisers, and what is done each night."""
    from app.referrals.guichet import policies
    from app.referrals.guichet.advisers import routes as advisers
    from app.referrals.guichet.advisers.services import own_page
    from app.referrals.guichet.door import models as _models  # noqa: F401 - declares the tables
    from app.referrals.guichet.door import routes as door
    from app.referrals.guichet.following import persons
    from app.referrals.guichet.following import routes as following
    from app.referrals.guichet.landings import routes as landings
    from app.referrals.needs import telling

    clauses.fill(policies.RULES)
    telling.own_pages.fill(own_page)
    for place in persons.PLACES:
        person_places.fill(place)
    for room in (door, following, landings, advisers):
        app.register_blueprint(room.blueprint)
    item = pages.NavigationItem(38, "Mes demandes", "guichet_advisers.index", Permission.GUICHET_FILE)  # fmt: skip
    pages.navigation.fill(item)
    clock.schedule(Task.GUICHET_ASK, "30 8 * * *")
    clock.schedule(Task.GUICHET_FORGET, "40 3 * * *")
