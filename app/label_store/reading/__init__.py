"""The pages of the store: the country, one firm quarter by quarter, what visits found.

- ``verdicts``: what visits found, as its page shows it: what is missing, or the model and its calibration.
- ``words``: what is learnt of a quarter, in words: why it counts, why it stops counting, why it is left out.
"""
