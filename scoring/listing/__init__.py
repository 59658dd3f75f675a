"""From risks to lists: draw, explanations, expert rules.

- ``draw``: from risks to a list: levels, novelty, places per département, and the draw that makes the list learnable.
- ``explain``: why a firm scores what it scores: native SHAP on the log-odds scale, summed by theme and told by variable in French.
- ``rules``: expert rules: a readable layer after the model, that moves the level of an alert and says why.
- ``rules_file``: the YAML of expert rules, read strictly: every mistake is told at once, in French, with its place.
- ``ruling``: applying expert rules to the features of many firms at once.
- ``trial``: what other expert rules would make of a list, from what its run left on disk.
"""
