"""What Prometheus reads: what requests cost, and the figures of the instance, judged by the rules of what is watched.

- ``exposition``: each figure under its name, from what was read of the service.
"""
