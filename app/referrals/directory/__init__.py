"""The directory of partners: institution, antenne, expert; what each does, where, for which firms, when they are away.

- ``leaving``: who leaves the directory with work to do.
- ``seeds``: the themes and subjects that an empty instance holds.
- ``typed``: areas and codes as people type them, in a form or in a file.
- ``versions``: a form of an entry that changed meanwhile is refused once.
"""
