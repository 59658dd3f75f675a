"""Firms given to a colleague: as référent of the accompagnement one has, or to be looked at where there is none yet.

- ``bulk``: giving many firms at once.
- ``panels``: what the pages of a firm show of who follows it up.
"""
