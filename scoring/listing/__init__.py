"""From risks to lists: draw, explanations, expert rules.

- ``draw``: from risks to a list: levels, novelty, places per département, and a random draw, so that models can learn from lists.
- ``explain``: why a firm scores what it scores: native SHAP on the log-odds scale, summed by theme, with French sentences by variable.
- ``rules``: expert rules: a readable layer after the model that moves the level of an alert and says why.
- ``rules_file``: the YAML of expert rules, parsed strictly: all mistakes are reported at once, in French, with their place.
- ``ruling``: applying expert rules to the features of many firms at once.
- ``trial``: the effect that other expert rules would have on a list, from the files of its run.
- ``yardstick``: what a risk is compared with: the mean of the firms scored the same day, in all and by section of the NAF.
"""
