"""Incoming partner files: received, read, checked and decided on.

- ``decisions``: carry out a person's decision on a batch: in a worker, or immediately at the command line.
- ``drop_folder``: the folder where partners leave their files: imported as one batch once nothing changes, emptied once archived.
- ``faults``: operating-system failures in the middle of an import, explained in one French sentence.
- ``outside``: lines of a batch that are read and that nobody will be shown, by what the portal holds when it is read.
- ``pipeline``: partner files, from the archive to the portal: published in full, held for a person to decide, or refused.
- ``progress``: how far the reading of a batch has got, written along the way for those who are watching.
- ``reception``: files uploaded from a page: written to disk as they arrive, then read as a batch that a person reviews before publication.
- ``rehearsal``: what loading a directory would give, said before anything is kept: no batch, no archive, no lake.
- ``taking``: import what was left in the drop folder or uploaded from a page: read as one batch, removed once archived.
"""
