"""The pages of the model: its performance, its versions, its runs and trainings, the signature that puts it in service.

- ``pages``: the context of each page of the model, assembled from the register, the runs, the expert rules and the trainings.
"""
