"""How good a model is: measures, gate, drift, report, card.

- ``card``: the model card, in French Markdown, from a model's metadata: what it is, how good it is, what it must not be used for.
- ``drift``: drift: do today's data look like the training data, and did the last risks come true?
- ``evaluate``: how good a score is: discrimination, precision at thresholds and capacity, calibration, each with a 95 % interval.
- ``gate``: the promotion gate: how good a challenger must be to replace the champion.
- ``reference``: the reference of drift, stored with a model: features and scores over the year of its training.
- ``trial``: a challenger and the champion on the same rows: what the gate judges.
"""
