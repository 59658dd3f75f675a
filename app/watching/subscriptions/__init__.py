"""Being told of what enters a view of the lists or a département: at once, once a day or once a week.

- ``links``: the addresses that stop subscriptions from the e-mail that told of them.
- ``news``: what entered since an agent was last told, and what to expect before subscribing.
- ``pages``: what their pages show.
"""
