"""Worlds of known truth, to test a way of learning before trusting it.

- ``feedback``: a world where alerts influence later training data: agents support the firms a model flags, and supported firms fail less.
- ``generations``: generations of retraining in the world of feedback, each judged by the promotion gate.
"""
