"""What an effect allows to say.

- ``conclusion``: what may be concluded of an effect, and what it would take to conclude.
- ``multiple``: what is left of a verdict once it is counted how many were looked at.
- ``sensitivity``: how strong what nobody recorded would have to be to explain an effect away.
"""
