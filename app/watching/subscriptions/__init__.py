"""Being told of what enters a view of the lists or a département: at once, once a day or once a week.

- ``news``: what entered since an agent was last told, and what to expect before subscribing.
- ``pages``: what their pages show.
"""
