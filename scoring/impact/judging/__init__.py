"""What an effect allows to say.

- ``conclusion``: what may be concluded of an effect, and what it would take to conclude.
- ``sensitivity``: how strong what nobody recorded would have to be to explain an effect away.
"""
