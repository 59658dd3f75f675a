"""The pages of a firm: four rooms under one band, the page of its establishments, and that of one of them.

- ``band``: what stays at the top of each room: why the firm is here, its key figures, who is on it, what to do next.
- ``drawings``: curves drawn by the server, for the band and for paper.
- ``marks``: what happened to a firm, on the time axis of its main chart.
- ``next_step``: the one thing to do next about a firm.
- ``questions``: what to ask a firm, by the themes that raise its risk.
- ``pages``: the context of each page, assembled from the panels of the domains.
"""
