"""To whom a need goes, and why: a pure engine, what it reads of the directory, and « Qui répondrait ? ».

- ``cards``: what routing knows, as plain values: experts, antennes, who stands in, a need.
- ``engine``: the rules, from a need and a directory to proposals, rejections or a named gap.
- ``facts``: what routing may know of a firm.
- ``simulation``: what a change of the directory would do to needs.
- ``trials``: needs on which a change is tried.
"""
