"""The dictionary of features: what each one is called, its theme, its nature, its unit, how its value reads.

Nothing here computes: `scoring.features` does, family by family. The web reads the dictionary to
describe expert rules, so it loads no engine.

- ``accounts``: annual accounts: what the last closing known says, and how old it is.
- ``bank_ratios``: ratios computed by the Banque de France: those of the last closing known.
- ``context``: who the firm is: sector, legal form, size class, département, age, and past procedures.
- ``contributions``: contributions called by Urssaf: their usual level, their recent fall, and silence (a firm that stops declaring).
- ``debts``: Urssaf debts: what remains due, in months of contributions, since when, and which way it goes.
- ``declared``: monthly series declared in YAML: last figure and its change over a year, for each of them.
- ``feature``: the registry's vocabulary: what a feature is, its theme, its unit, how its value reads.
- ``groups``: groups: whether the firm belongs to one, heads it, how deep it is held, and how many it counts.
- ``late_payment``: late payment seen by suppliers: average days late, its past, and how old the last value is.
- ``payment_plans``: délais de paiement granted by Urssaf: an approved plan running at the date, and whether the debt falls as agreed.
- ``registry``: every feature, in the order of the table that `scoring.features` builds.
- ``sector``: the firm beside its sector: some features less their median among the firms at risk of its NAF division, the same day.
- ``short_time``: activité partielle: full-time equivalents consumed and authorised, relative to the workforce.
- ``workforce``: workforce: level, variations, and how old the last declared figure is.
"""
