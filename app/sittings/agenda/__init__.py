"""The items of an agenda: their order, who presents each, what is decided of it, who does what next.

- ``pages``: what the page of an item shows.
"""
