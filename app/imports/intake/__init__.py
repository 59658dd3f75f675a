"""Partner files on their way in: received, read, judged, decided of.

- ``decisions``: what a person decided of a batch, carried out: by a worker, or at once at the command line.
- ``drop_folder``: the folder where partners' files are left: taken as one batch once nothing moves, removed once archived.
- ``faults``: what the machine refuses in the middle of an import, told in one French sentence.
- ``pipeline``: partner files, from the archive to the portal: published whole, kept for a person to decide, or refused.
- ``progress``: how far the reading of a batch is, written as it goes for whoever watches.
- ``reception``: files sent from a page: written to disk as they come, then read as a batch that a person looks at before it is published.
- ``taking``: taking what was left in the drop folder or sent from a page: read as one batch, removed once archived.
"""
