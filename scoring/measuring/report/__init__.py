"""How good a model is on test rows, for the metadata (JSON values) and the card (Markdown).

- ``anchor``: the public anchor: the figures that Signaux Faibles published on its model, without firms already in procedure.
- ``conclusions``: what a measure and its interval allow to say, in French words.
- ``groups``: which firms the model scores well or badly: calibration and ranking by sector, size, département, and visits.
- ``lead_time``: how long before the judgment failing firms were first in alert.
- ``measured``: every score at every horizon on the same test rows: the engine, its peers, and the champion.
- ``reliability``: the reliability diagram: predicted against observed, by slice of predicted risk.
- ``rules_effect``: the effect of the expert rules on the levels of the test rows: moves, precision and recall without and with them.
- ``sections``: sections of the card, in French Markdown, from the metadata of a model.
- ``years``: predicted on observed, year by year: which years a model would have understated, and the level of the last quarters.
"""
