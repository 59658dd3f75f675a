"""Standard letters: the texts that campaigns begin with, edited by administrators, looked at before they are kept, their versions kept.

- ``seeds``: the one that every instance begins with.
"""
