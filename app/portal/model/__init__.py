"""The pages of the model: what it is worth, its versions, its runs and trainings, the signature that puts it in service.

- ``pages``: what each page of the model shows: the register, the runs, the expert rules, the trainings, put together.
"""
