"""The home page: what waits for whoever asks, the new alerts that they have not handled, their accompagnements and their feed.

- ``todo``: what waits for whoever asks, first on their home page.
- ``team``: what a team is at, for whoever answers for it.
- ``pages``: the context of the home page, assembled from the panels of the domains.
"""
