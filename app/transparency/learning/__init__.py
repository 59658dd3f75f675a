"""« Lire une alerte »: ten minutes of short pages and questions; who finished is recorded, and reminded softly until then.

- ``content``: the pages and the questions; the examples are invented.
- ``panels``: the soft reminder above the lists, and the line of the account's page.
"""
