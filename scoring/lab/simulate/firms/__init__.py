"""The simulated economy: firms, distress, and what partners see of them.

- ``accounts``: annual accounts of firms: results, debts, and the day they were filed, if ever.
- ``activity``: workforce and contributions of each establishment by month, and firms that stop declaring.
- ``cohorts``: an economy is simulated one cohort of firms at a time, so that memory does not grow with it.
- ``contributions``: calls for contributions (monthly or quarterly) and what remains unpaid of each.
- ``debts``: écarts négatifs: how an unpaid contribution becomes a debt, is repaid, staggered or frozen.
- ``economy``: latent distress and its effects: insolvency, the opening of a procedure, quiet cessation.
- ``geography``: real communes of Bourgogne-Franche-Comté, for the invented addresses of invented firms.
- ``identifiers``: invented identifiers: sirens and sirets that pass the Luhn check, accounts, request numbers.
- ``names``: invented names of firms, people and streets, in the capitals Sirene uses.
- ``plans``: délais: payment plans requested from Urssaf, granted or not, kept or broken.
- ``population``: the firms and establishments of the simulated region: what does not change with time.
- ``procedures``: what courts decide: the kind of procedure, its follow-up, and when the firm stops working.
- ``region``: a cohort before any partner sees it: firms, their distress, court decisions.
- ``risk``: true risks: the probability, given today's latent state, that a court opens a procedure.
- ``sectors``: the branches of the simulated economy: weights, risk, wages, seasons, and words for firm names.
- ``series``: additional monthly indicators from partners: bank loans, temporary work, hirings, movements.
- ``short_time``: activité partielle: requests of establishments and the hours consumed.
- ``support``: whom agents support, and what support does: both known, so that a study can be judged.
- ``world``: the complete simulated world of one cohort of firms, from which files and truth are written.
"""
