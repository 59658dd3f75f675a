"""The data-science package: from partner files to a scored list. It knows nothing of the web or the portal.

- ``errors``: the errors that stop training or scoring.
- ``model_cli``: the commands of the scoring engine: `features`, `train`, `score`.
- ``train``: from the lake to a trained model: panel, roles, hazard, calibration, thresholds, and an honest test against the peers.
- ``vocabulary``: codes shared by the web and the data-science package, each with the French label that agents read.
"""
