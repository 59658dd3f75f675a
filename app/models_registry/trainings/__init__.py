"""Training a model, trying it beside the champion, told when it fails.

- ``alarms``: what the data scientists are told: by e-mail and by the bell, once.
- ``pipeline``: A training asked for, from its first unfinished step to its end: killed anywhere and started again, it finishes once.
- ``rules_source``: the expert rules that a training measures: a higher domain, which keeps them, plugs their text in.
- ``training``: training a model of the instance: labels out of the portal, data out of the lake, a version into the register.
- ``trials``: trying a model beside the champion, on the same firms and quarters: what its gate keeps.
"""
