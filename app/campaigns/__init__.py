"""Campaigns of first contact: firms of a view, a list or a former campaign, each called by one agent who knows who else is in touch.

- ``bulk``: putting many firms of a list in a campaign.
- ``exporting``: the spreadsheet of a campaign.
- ``letters``: the letter of a campaign, written for a firm and an agent.
- ``pages``: what their pages show, and what they do together.
"""

from flask import Flask

from app.core.access.permissions import Permission, clauses
from app.core.database.seeds import reference_lists
from app.core.web import pages as site
from app.detections.bulk.kinds import kinds
from app.detections.lists.marks import Mark, marks


def init_app(app: Flask) -> None:
    """Register the domain: its pages, its act on many firms, and the mark of the firms that somebody is contacting."""
    from app.campaigns import bulk, policies, routes
    from app.campaigns.contacts import presenters, queries
    from app.campaigns.contacts import routes as contact_routes
    from app.campaigns.standard import policies as letter_policies
    from app.campaigns.standard import routes as standard_letters
    from app.campaigns.standard import seeds

    clauses.fill(policies.RULES)
    clauses.fill(letter_policies.RULES)
    reference_lists.fill(seeds.plant)
    presenters.register()
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(contact_routes.blueprint)
    app.register_blueprint(standard_letters.blueprint)
    kinds.fill(bulk.FILL)
    marks.fill(
        Mark(
            code="contact", filter_label="Que quelqu’un contacte", label="Contact pris", position=22,
            condition=queries.is_being_contacted,
        )
    )  # fmt: skip
    site.navigation.fill(
        site.NavigationItem(35, "Campagnes", "campaigns.index", Permission.CAMPAIGN_READ)
    )
    site.navigation.fill(
        site.NavigationItem(86, "Lettres types", "standard_letters.index", Permission.LETTER_MANAGE)
    )
