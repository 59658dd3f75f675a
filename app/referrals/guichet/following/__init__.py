"""What becomes of a request, for the firm: a link that says where each need stands, takes it back, and asks later whether it helped.

- ``erasing``: what is said of people, erased some months after the end.
- ``persons``: what is found of whoever asked, corrected or erased when they exercise their rights.
"""
