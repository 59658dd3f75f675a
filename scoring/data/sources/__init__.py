"""The partners' files: one declaration a source, shared mechanics to read them.

`registry`, `series` and the declarations are read by the web, which says to whom a file belongs: they load no engine.
"""
