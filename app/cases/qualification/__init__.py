"""What an accompagnement is described with: values of the lists, chosen on one page, each with its definition.

- ``panels``: what the page of an accompagnement shows of it.
"""
