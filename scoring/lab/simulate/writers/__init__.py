"""Writers of the partners' files: one module for each partner, one function for each file.

- ``public``: public files: ratios of filed accounts, notices of the Bodacc.
- ``series``: additional series from partners, all in the same simple format: identifier, month, value.
- ``short_time``: DGEFP's files on activité partielle: requests and consumption.
- ``sirene``: INSEE's files: legal units and their history, establishments, as of the extraction.
- ``text``: delimited text, built column by column: the same values always give the same bytes.
- ``urssaf``: Urssaf's files: contributions, debts, payment plans and procedures.
- ``workforce``: workforce files: one line an establishment or a firm, one column a month.
"""
