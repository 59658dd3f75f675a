"""What is measured of a cohort: each outcome with its estimand, from what happened to firms to an effect.

- ``appraisal``: what goes beside an effect: two curves from the alert, and how strong a bias its pairs withstand.
- ``facts``: what happened to the firms of a cohort, and what an outcome was for each row of their trials.
- ``outcomes``: an effect for each outcome that is measured.
"""
