"""What a training does: it learns and registers a model, then measures it beside the champion.

- ``judging``: trying a model beside the champion, on the same firms and quarters: what its gate keeps.
- ``learning``: training a model of the instance: labels out of the portal, data out of the lake, a version into the register.
"""
