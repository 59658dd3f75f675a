"""What is learnt: intervals, splits, the hazard, calibration, thresholds, predictions.

- ``artifacts``: A trained model on disk: `model.cbm` and `metadata.json`, tied by a sha256 checked on loading.
- ``bootstrap``: intervals at 95 %: the same statistics on firms drawn again, with their replacement.
- ``calibrate``: recalibration on the complementary log-log scale: one slope and one intercept for all horizons.
- ``crossfit``: A hazard for a small panel: what the product learns from blocks set aside, learnt by cross-fitting.
- ``examples``: what a model learns from, is calibrated on and is tested on: snapshots by role, and their interval rows.
- ``follow_up``: what happened to each firm after a snapshot: hazard intervals and horizon outcomes.
- ``hazard``: the discrete-time hazard: CatBoost on firm-intervals, and survival products that order the horizons by construction.
- ``ipcw``: inverse probability of censoring weights: what a test set would show had nobody been supported or lost.
- ``learnable``: whether data can teach a model, said before hours are spent on it, and what the training goes on without.
- ``peers``: the references a model is shown beside: logistic regression and random forest on the same firm-intervals.
- ``predict``: scores: calibrated probabilities of an opening within 12, 18 and 24 months.
- ``splits``: who learns, who calibrates, who tests: by firm for ever, and forward in time.
- ``thresholds``: the two alert thresholds: argmax of F0.5 ("elevee") and of F2 ("moderee"), chosen on calibration rows.
"""
