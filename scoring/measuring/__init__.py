"""How good a model is: measures, gate, drift, report, card.

- ``card``: the model card, in French Markdown, from a model's metadata: what it is, how good it is, what it must not be used for.
- ``conditions``: the bounds of the promotion gate, and how a measure is judged: on its value, or on its interval.
- ``drift``: drift: do today's data look like the training data, and did the last risks come true?
- ``evaluate``: how good a score is: discrimination, precision at thresholds and capacity, calibration, each with a 95 % interval.
- ``gate``: the promotion gate: how good a challenger must be to replace the champion.
- ``ranking``: AUC and average precision under weights that change while the scores do not.
- ``recalibrated``: the slope of the logistic recalibration of outcomes on the log-odds of a risk, and its standard error.
- ``recipe``: what two models must share to be compared, and what a model read of the register of supports.
- ``reference``: the reference of drift, stored with a model: features and scores over the year of its training.
- ``trial``: a challenger and the champion on the same rows: what the gate judges.
"""
