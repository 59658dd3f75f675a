"""Partner files to a lake, and monthly views of it.

- ``documentation``: the page that says what the files of the sources and of the views hold, from what declares them.
- ``engine``: the engines that compute tables: DuckDB, and Spark for what one machine does not hold.
- ``importing``: A directory of partner files into one batch of the lake, left for someone to publish.
- ``lake``: batches of Parquet on disk, and the manifest that says which one readers see.
- ``perimeter``: which firms the model looks at, and why the others are left out (`perimeter.yaml`).
- ``quality``: is a batch like the one it would replace? Checks with their bounds, declared in `quality.yaml`.
- ``rows``: rows of a batch that people look at: the first ones, the refused ones.
"""
