"""What becomes of needs: in how long they are taken in charge, who refuses what and why, what nobody answers, what firms say.

- ``counting``: figures from the needs of a period. Pure.
- ``metrics``: what each figure counts.
"""
