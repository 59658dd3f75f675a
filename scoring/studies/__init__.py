"""A study read: from the lists, the supports and the lake to effects, or to refusals, with what their reader needs to doubt them.

- ``cohort``: the firms of a question, quarter by quarter, as arrays.
- ``cut``: the firms near the cut of the lists, and what the alert changed there.
- ``histories``: what the lake knows of some firms on the day a study is frozen.
- ``question``: what a study asks, and when its firms have been followed long enough.
- ``reading``: what a study found, horizon by horizon, in plain values.
- ``wordings``: how each outcome is said.
"""
