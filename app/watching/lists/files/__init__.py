"""Filling a list of firms from a file: what it holds is looked at before anything is added.

- ``numbers``: the firms that the lines of a file name.
"""
