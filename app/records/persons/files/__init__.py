"""The file that a person is given: what Vigie holds of them, others masked, as data and as a document; made by the worker.

- ``content``: what the file says, from what was recognised as theirs.
- ``writing``: the file, as bytes; only the worker loads it.
"""
