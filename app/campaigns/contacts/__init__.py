"""Contacting the firms of a campaign: one is taken, put off, given back, settled; who is in touch is told before.

- ``pages``: what the pages of a firm of a campaign show.
- ``panels``: what the pages of a firm and the home page show of contacts.
"""
