"""Holes proven in the portal that Vigie replaces: what each let somebody do is tried here, and must fail.

Numbers are those of the inventory of that portal. A hole without counterpart in Vigie is tested by the behaviour that would
reveal it if it came back.
"""
