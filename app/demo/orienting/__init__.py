"""The orientation of the demonstration: an invented directory with holes, two years of needs, what waits for each person.

- ``asking``: which firms ask what, where, when, by which door.
- ``directory``: writes the directory as it is drawn, through the services, as it was two years ago.
- ``history``: two years of needs: the past, the last weeks, then what waits for each person.
- ``opinions``: what firms say of the help they had.
- ``past``: needs lived in order in memory, by the rules of the services.
- ``present``: the last weeks, through the services.
- ``waiting``: what was asked in the last hours.
- ``written``: the rows of what is lived in memory, as the services write them.
"""
