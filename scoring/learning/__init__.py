"""What is learnt: intervals, splits, the hazard, calibration, thresholds, predictions.

- ``artifacts``: a trained model on disk: `model.cbm`, `metadata.json` and what goes with them, tied by a manifest verified on loading.
- ``bootstrap``: draws of firms: the same statistics on firms resampled with replacement, and the intervals they give.
- ``calibrate``: recalibration on the complementary log-log scale: one slope and one intercept for all horizons.
- ``crossfit``: cross-fitting: every firm is predicted by a model that never saw it, and all of them choose the trees.
- ``examples``: what a model is trained, calibrated and tested on, and what the model in service is refitted on.
- ``fates``: what a model learns of each snapshot, in one letter: what ended its interval rows, or why it has none.
- ``follow_up``: what happened to each firm after a snapshot: hazard intervals and horizon outcomes.
- ``hazard``: the discrete-time hazard: CatBoost on firm-intervals, with survival products that make the horizons ordered by construction.
- ``held_out``: the models that stand for a recipe when it is judged: each never saw the firms of some folds.
- ``histories``: what is known of every firm at one date: the quarters it may be learnt at, and what ended its observation.
- ``intervals``: 95 % intervals that hold with few failures, by kind of statistic.
- ``ipcw``: inverse probability of censoring weights: what a test set would show if no firm had been supported or lost.
- ``label_store``: the label store: what a training at a date would learn of every firm, quarter by quarter, and why.
- ``learnable``: whether a model can be trained on the data, checked before hours are spent, and what is missing from them.
- ``leaving``: the chance that a firm leaves observation in each quarter, from what was on record at its start.
- ``manifest``: the manifest of a model: the digest of every file of its directory, verified each time one of them is read.
- ``peers``: the references a model is compared with: logistic regression and random forest on the same firm-intervals.
- ``predict``: scores: calibrated probabilities of an opening within 12, 18 and 24 months.
- ``refit``: the model in service: the recipe that was judged, fitted again on everything known.
- ``regime``: the level of failures, quarter by quarter: what a model predicts against what comes, and whether to follow it.
- ``signs``: the signs that the registry declares: a fitted model that moves against one is refused.
- ``splits``: which firms train, calibrate and test: fixed by firm, and forward in time.
- ``thresholds``: the two alert thresholds: argmax of F0.5 ("elevee") and of F2 ("moderee"), chosen on calibration rows.
- ``verdicts``: P(confirmed | visited): what a visit would find, learnt from firms drawn at random for a visit, and from those alone.
"""
