"""The figures that leave Vigie: counted once their period is over, frozen, masked as one system with those told before (ADR 0060).

- ``counting``: how many firms and agents each figure counts, at the finest place that is published.
- ``freezing``: a period frozen: its figures counted, masked, audited, stored; only the worker loads it.
- ``kinds``: the figures, what each counts, and the places where each is told.
- ``orientation``: what is told of the orientation of needs in a period.
- ``periods``: half-years and years, and when their figures may be frozen.
- ``secrecy``: the mask of a figure and its audit.
"""
