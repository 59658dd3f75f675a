"""How the web process holds its connections: nobody keeps a thread without having sent a whole request.

- ``connections``: the worker of gunicorn: requests are received in one loop, and only whole ones are given to a thread.
- ``reception``: a request being received: how much of it has come, and when it is whole.
"""
