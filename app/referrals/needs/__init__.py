"""Needs: what a firm asks, put at once to the experts who treat it; what each answers, where it stands, what is said of it.

- ``answering``: what an expert makes of a need, and what nobody answers.
- ``delays``: until when an expert has to answer.
- ``putting``: to whom a need is put, and where it stands once somebody answered.
- ``states``: where a need stands, from the answers of its experts.
- ``telling``: who is told what, in sentences that name nobody.
"""
