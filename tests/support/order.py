"""Who runs what, and when: the long modules first, the longest of all test by test; the rest in a random order.

A module is otherwise a worker's own, so that what it makes once is made once. Among the last to start, a long one would leave the
other workers idle.
"""

from xdist.scheduler import LoadScopeScheduling

#: modules of many long tests that share nothing: any worker may take the next one
SPLIT = (
    "web/test_crawl.py",
    "web/test_crawl_writes.py",
    "web/test_fuzz.py",
    "web/test_hardening.py",
)
#: the other modules that take ten seconds or more, the longest first
LONG = (
    "e2e/test_every_page.py", "scoring/model/test_model_cli.py", "scoring/sources/test_source_properties.py",
    "scoring/model/test_worlds.py", "web/test_throttle.py", "db/test_imports_kill_anywhere.py", "web/test_bad_input.py",
    "instance/test_localpg.py", "e2e/test_whole_loop.py", "scoring/benchmark/test_benchmark.py", "db/test_detections_pipeline.py",
    "e2e/test_signing_in.py", "e2e/test_proconnect.py", "db/test_jobs.py", "db/test_controls.py", "db/test_imports_faults.py",
    "db/test_model_trials.py", "db/test_imports_depot.py", "web/test_exports.py", "db/test_imports_kill.py",
    "db/test_many_writers.py", "db/test_page_plans.py", "db/test_list_plans.py", "db/test_search_plans.py",
    "db/test_imports.py", "db/test_expert_rules.py", "instance/test_demo_replay.py", "scoring/simulate/test_files.py",
    "db/test_trainings.py", "web/test_imports_acts.py", "scoring/benchmark/test_bad_input.py", "scoring/simulate/test_calibration.py",
)  # fmt: skip


def rank(nodeid: str) -> int:
    """Where the module of a test comes: the lower, the sooner."""
    module = module_of(nodeid)
    ranks = [number for number, name in enumerate((*SPLIT, *LONG)) if module.endswith(f"/{name}")]
    return ranks[0] if ranks else len(SPLIT) + len(LONG)


def module_of(nodeid: str) -> str:
    """The file of a test."""
    return nodeid.partition("::")[0]


class LongestFirst(LoadScopeScheduling):
    """Gives workers modules in the order of the collection, and the tests of those of ``SPLIT`` one by one."""

    def _split_scope(self, nodeid: str) -> str:
        module = module_of(nodeid)
        return nodeid if module.endswith(SPLIT) else module
