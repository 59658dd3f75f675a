"""How invented agents behave after an alert.

- ``behaviour``: how invented agents behave after alerts: which firms they follow, call, visit and support, and when.
- ``case``: one case: what a lead agent and partners do about one alert, from the first look to the outcome.
- ``events``: what invented agents did after an alert: plain events, with the codes the portal records.
- ``phrases``: French phrase banks for the invented agents: openings, observations and conclusions.
"""
