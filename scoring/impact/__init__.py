"""Whether support helped: effects with their intervals, or a refusal that says why.

A page of examples is in `docs/impact.md`, the choices in `docs/adr/0055-impact.md`. Nothing here knows where the data come
from; what is compared, and known when, is the caller's to say. A table of supported and other firms is no effect.

- ``aipw``: the headline estimator: what support changed for those who were supported.
- ``checks``: what every measure asks of its tables before it counts anything.
- ``errors``: what stops a measure, in French.
- ``nuisances``: what a measure must learn on the way, cross-fitted by firm.
- ``results``: what a measure returns: an estimate with its interval, and all that its reader needs to doubt it.
- ``staggered``: difference in differences when firms are supported at different dates.
- ``survival``: how many are left, month by month: weighted Kaplan-Meier curves, and a pooled hazard.
- ``trials``: sequential target trials: who could be supported at each date, who was, who was not.
- ``weighting``: weights that make groups comparable, and outcomes known.
"""
