"""The dictionary of features: what each one is called, its theme, its nature, its unit, how its value reads.

Nothing here computes: `scoring.features` does, family by family. The web reads the dictionary to
describe expert rules, so it loads no engine.
"""
