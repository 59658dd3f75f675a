"""Reports of the convention: asked for, made by the worker from frozen figures, kept as they were first written.

- ``building``: a report, from its first unfinished step to its end, exactly once.
- ``content``: what a report says, whatever the file: sections and tables, each figure beside that of the period before.
"""
