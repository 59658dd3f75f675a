"""Agents' answers to alerts, and the firms they flag.

- ``marks``: how lists show that an alert is answered, and filter on it.
"""
