"""What the web process withstands: clients that do not finish, a database that does not answer.

- ``connections``: the worker of gunicorn: requests are received in one loop, and only whole ones are given to a thread.
- ``outages``: whether an error is that of a database that cannot answer now: the page then says when to come back.
- ``process_log``: how gunicorn's own lines are written.
- ``reception``: a request being received: how much of it has come, and when it is whole.
- ``traffic``: what each request cost, counted for Prometheus and told in the log, by template of route.
"""
