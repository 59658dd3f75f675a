"""A published list withdrawn, or put back: asked with a reason by one person, decided by another; said to whoever read it.

- ``panels``: what is said of the last list withdrawn, above the lists and on the page of a firm.
"""
