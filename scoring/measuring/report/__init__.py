"""What a model is worth on test rows, for the metadata (JSON values) and the card (Markdown).

- ``anchor``: the public anchor: what Signaux Faibles published of its model, firms already in procedure left out.
- ``groups``: whom the model serves well or badly: calibration and ranking by sector, size, département, and whether anybody came.
- ``lead_time``: how long before its judgment a firm that fails was first in alert.
- ``measured``: every score at every horizon on the same test rows: the engine, its peers, and the champion.
- ``reliability``: the reliability diagram: predicted against observed, by slice of predicted risk.
- ``rules_effect``: what the expert rules make of the levels, on the same test rows: moved, precision and recall without and with them.
- ``sections``: sections of the card, in French Markdown, from the metadata of a training.
"""
