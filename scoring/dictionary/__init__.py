"""The dictionary of features: name, theme, nature and unit of each, and how its value is written.

Nothing is computed here: `scoring.features` does that, family by family. The web uses the dictionary
to describe expert rules, so it loads no engine.

- ``accounts``: annual accounts: the figures of the last known closing, and its age.
- ``bank_ratios``: ratios computed by the Banque de France for the last known closing.
- ``context``: who the firm is: sector, legal form, size class, département, age, and past procedures.
- ``contributions``: contributions called by Urssaf: their usual level, their recent drop, and silence (a firm that stops declaring).
- ``debts``: Urssaf debts: the amount owed, in months of contributions, its age and its trend.
- ``declared``: monthly series declared in YAML: the last figure of each and its change over a year.
- ``documentation``: the page of the sentences, for people to judge: each at low, middle and high values.
- ``feature``: the vocabulary of the registry: what a feature is, its theme and unit, the sentence that agents read of it.
- ``groups``: groups: whether the firm belongs to one or heads it, its depth in the group, and the size of the group.
- ``late_payment``: late payment reported by suppliers: average days late, past values, and the age of the last one.
- ``legal_categories``: labels of legal categories, levels I and II (nomenclature of the Insee).
- ``naf``: labels of economic activities: sections and divisions of the NAF rév. 2.
- ``numbers``: how a value is written in French: decimal comma, thin spaces, the unit in the singular or the plural.
- ``payment_plans``: délais de paiement granted by Urssaf: an approved plan running at the date, and whether the debt decreases as agreed.
- ``phrases``: how a sentence says the values of a firm: its placeholders, and the words that each gives.
- ``registry``: every feature, in the order of the table that `scoring.features` builds.
- ``sector``: the firm compared with its sector: some features minus their median among the firms at risk of its NAF division, the same day.
- ``short_time``: activité partielle: full-time equivalents consumed and authorised, relative to the workforce.
- ``workforce``: workforce: level, variations, and the age of the last declared figure.
"""
