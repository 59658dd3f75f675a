"""Vigie read by an administration's own tool, as JSON: what the agent of a token reads of their own accompagnements.

- ``bearers``: who is there when a request bears a token, and what its token opens.
- ``description``: the addresses, their parameters and answers, as OpenAPI 3.1.
"""
