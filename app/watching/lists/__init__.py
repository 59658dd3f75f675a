"""Lists of firms: those of partners, and those that agents make; each reader finds in them the firms of their reach.

- ``bulk``: putting many firms on a list at once.
- ``labels``: what the lists of detections show of them: a label in the rows, a filter.
- ``pages``: what their pages show, and what they do together.
- ``panels``: what the pages of a firm show of them.
"""
