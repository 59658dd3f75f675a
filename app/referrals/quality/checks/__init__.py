"""The queue of what comes in: what Vigie noticed by itself, the verdict of the team, undone within an hour.

- ``letters``: what is written to the asker when their need goes no further.
- ``restoring``: needs that a verdict took back, given back to their experts.
- ``signals``: what Vigie notices of a solicitation by itself.
"""
