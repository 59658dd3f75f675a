"""The palette: firms, views, lists, pages and actions in one box, from the keyboard; it replaces nothing and needs scripts.

- ``choices``: what it offers to whoever types.
"""
