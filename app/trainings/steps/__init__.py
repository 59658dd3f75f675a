"""The work of a training: train and register a model, then measure it against the champion.

- ``judging``: measure a model against the champion, on the same firms and quarters, for its gate.
- ``learning``: train a model of the instance: labels from the portal, data from the lake, a version into the register.
"""
