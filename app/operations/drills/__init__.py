"""The drill: the last backup restored beside the instance by the very command of an operator, tried, then thrown away.

- ``rehearsal``: the restore in a process and a cluster of its own, and what it answers.
- ``entrance``: a sign-in and a page in what was restored, by an account that exists nowhere else.
"""
