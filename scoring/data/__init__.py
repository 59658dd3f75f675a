"""Partner files to a lake, and monthly views of it.

- ``consistency``: what a batch says by itself: serious remarks, missing companions, procedures told two ways.
- ``documentation``: the reference page of sources and views, generated from their declarations.
- ``engine``: the engines that compute tables: DuckDB, and Spark for what does not fit on one machine.
- ``findings``: what a check measures on a batch, and the bounds that judge it.
- ``importing``: reads a directory of partner files into one batch of the lake, for someone to publish.
- ``kept``: which legal units and establishments of Sirene are shown, and which are left out: closed, and named by nothing.
- ``lake``: batches of Parquet on disk, and the manifest that says which one readers see.
- ``nomenclature``: the activity of firms in NAF rév. 2, whatever the nomenclature of their file.
- ``opened``: a lake opened for many queries: its files are chosen once, and nothing is asked of it twice.
- ``outside``: lines of a batch that the lake keeps and nobody is shown: how many of each file, and why.
- ``perimeter``: which firms the model looks at, and why the others are left out (`perimeter.yaml`).
- ``perimeter_rule``: the rule of the perimeter, in words that pages show too.
- ``quality``: is a batch like the one it would replace? Checks with their bounds, declared in `quality.yaml`.
- ``store``: a lake in an object store, shared by several hosts: what is published there, and how a host gets it.
- ``rows``: the rows of a batch shown to people: the first ones, the rejected ones.
"""
