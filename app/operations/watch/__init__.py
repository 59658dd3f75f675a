"""What is watched of the service: each thing judged by one pure function of what was read, told once, shown on « État du service ».

- ``readings``: what was read of the service at one moment, before anything is judged.
- ``judgements``: how each watched thing stands: pure functions of what was read.
- ``rules``: the things watched, in one list, with what to do when one is late.
"""
