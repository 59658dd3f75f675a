"""Worlds whose truth is known, where a method of learning is tried before it is trusted.

- ``feedback``: A world where alerts change what is learnt next: agents support the firms a model points at, and supported firms fail less.
- ``generations``: generations of retraining in a world of feedback, each judged by the promotion gate.
"""
