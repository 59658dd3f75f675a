"""Worlds of known truth, to test a way of learning before trusting it.

- ``feedback``: a world where alerts influence later training data: agents support the firms a model flags, and supported firms fail less.
- ``generations``: generations of retraining in the world of feedback, each judged by the promotion gate.
- ``support``: a world where the effect of support is known: agents choose among firms in alert, and supported firms fail less, or not.
"""
