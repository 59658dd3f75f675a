"""The roles of accounts: those that decide on others' rights are asked by one person and given by another.

- ``labels``: roles, in words.
- ``notices``: telling those who decide, then whoever asked and whoever holds the role.
"""
