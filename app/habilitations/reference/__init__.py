"""The départements, the zones and the networks that an empty instance holds.

- ``geography``: the départements of France, the regions of 2016 and those before, and the other zones a habilitation can cover.
- ``seeds``: the départements, the zones a habilitation can cover, and the partners' networks.
"""
