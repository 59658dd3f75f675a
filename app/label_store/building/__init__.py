"""A building of the store, by a worker: nothing here is loaded by a page.

- ``store``: a building of the store, from the lake and the labels of agents to the tables that pages read.
- ``verdicts``: what visits found, derived from the labels of agents and the draw of each list.
"""
