"""What is handed over to the archives: a package of the objects of a slip, with the digest of each file.

- ``building``: the package, as a ZIP file that is there whole or not at all.
"""
