"""How invented agents behave after an alert.

- ``behaviour``: how invented agents behave after alerts: whom they follow, call, visit, support, and when.
- ``case``: one case: what a lead agent and partners do about one alert, from the first look to the outcome.
- ``events``: what invented agents did after an alert: plain events, in the words the portal records.
- ``phrases``: french phrase banks for the invented agents: openings, observations and conclusions.
"""
