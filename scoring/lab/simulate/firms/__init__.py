"""The simulated economy: firms, distress, what partners see of them.

- ``accounts``: yearly accounts of firms: what they earned and owe, the day they were deposited, if ever.
- ``activity``: workforce and contributions of each establishment, month by month, and firms that go silent.
- ``cohorts``: an economy is made one cohort of firms after the other, so that memory does not grow with it.
- ``contributions``: calls of contributions (monthly or quarterly) and what is left unpaid of each.
- ``debts``: écarts négatifs: how an unpaid contribution becomes a debt, is repaid, staggered or frozen.
- ``economy``: latent distress and what it does: insolvency, the opening of a procedure, quiet cessation.
- ``geography``: real communes of Bourgogne-Franche-Comté, where the invented firms have invented addresses.
- ``identifiers``: invented identifiers: sirens and sirets that pass Luhn's check, accounts, numbers of requests.
- ``names``: invented names of firms, people and streets, in the capitals Sirene uses.
- ``plans``: délais: payment plans asked of Urssaf, granted or not, kept or broken.
- ``population``: the firms and establishments of the simulated region: what does not change with time.
- ``procedures``: what courts decide: the kind of procedure, its follow-up, and when the firm stops working.
- ``region``: A cohort before any partner looks at it: its firms, their distress, what courts decided.
- ``risk``: true risks: the probability, given today's latent state, that a court opens a procedure.
- ``sectors``: the branches of the simulated economy: weights, risk, wages, seasons, and words for names.
- ``series``: monthly indicators that partners add: bank outstanding, interim work, hirings, movements.
- ``short_time``: activité partielle: requests of establishments and the hours they then consume.
- ``world``: the whole simulated world of one cohort of firms: everything the writers and the truth are made from.
"""
