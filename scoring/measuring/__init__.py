"""What a model is worth: measures, gate, drift, report, card.

- ``card``: the model card, in French Markdown, from a model's metadata: what it is, what it is worth, what it must not be used for.
- ``drift``: drift: is what the model reads today like what it learnt from, and did its last risks come true?.
- ``evaluate``: how good a score is: discrimination, precision at thresholds and capacity, calibration, each with a 95 % interval.
- ``gate``: the promotion gate: what a challenger must be worth to replace the champion.
- ``reference``: the reference of drift, fixed beside a model: what it reads and says over the year it is trained in.
- ``trial``: A challenger and the champion on the same rows: what the gate judges.
"""
