"""The rows of a list: two kinds, read by index in every order, filtered, counted up to a thousand.

- ``branches``: the two kinds of rows, entries of the algorithm and firms that humans signal, each filtered.
- ``cells``: what a list shows of a firm, on its page and in its spreadsheet: each cell as far as the reader may read it.
- ``conditions``: what filters ask of the figures of each nature.
- ``counts``: how many rows there are.
- ``details``: what a list shows of the firms of a page.
- ``exported``: the columns of the spreadsheet, their units, their sources, their natures.
- ``figures``: what filters read beside the stored figures: other firms, accounts, themes.
- ``listing``: the rows of a page, what the list shows of them, and how many there are.
- ``orders``: the orders of a list, as stages that follow one another.
"""
