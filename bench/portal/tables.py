"""The Markdown of a run."""

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bench.portal.comments import Mail, Told
from bench.portal.driving import Answers
from bench.portal.serving import Memory

HEAD = "| gesture | connections | req/s | p50 ms | p95 ms | p99 ms | errors | load |\n|---|---|---|---|---|---|---|---|"
TOLD_HEAD = (
    "| comment | connections | written a second | p95 ms | until the last notification, a second | notifications | errors | load |\n"
    "|---|---|---|---|---|---|---|---|"
)
#: the percentile and the milliseconds of the target, and at how many connections
RANK, TARGET, CROWD = 95, 150, 16


def line(what: str, connections: int, answers: Answers) -> str:
    """What was measured of a gesture."""
    cells = [number(answers.rate), *(milliseconds(answers, rank) for rank in (50, RANK, 99))]
    return f"| {what} | {connections} | {' | '.join(cells)} | {answers.errors} | {load()} |"


def told_line(what: str, connections: int, told: Told) -> str:
    """What was measured of comments."""
    answers = told.answers
    until = "not in time" if told.rate is None else number(told.rate)
    cells = (number(answers.rate), milliseconds(answers, RANK), until, f"{told.notifications:,}")
    return f"| {what} | {connections} | {' | '.join(cells)} | {answers.errors} | {load()} |"


def mail_sentence(mail: Mail) -> str:
    """What became of the e-mails of the morning."""
    if mail.seconds is None:
        return f"The morning e-mails were not all taken in time: {mail.count}."
    return f"The morning e-mails that count these notifications: {mail.count}, the last one taken by the server in {mail.seconds:.1f} s."


def memory_sentence(what: str, memory: Sequence[Memory]) -> str:
    """What each of the processes holds."""
    each = ", ".join(f"{held.resident:.0f} ({held.proportional:.0f})" for held in memory)
    return f"{what}: {each} MB"


def milliseconds(answers: Answers, rank: int) -> str:
    """A percentile."""
    found = answers.percentile(rank)
    return "none" if found is None else f"{found:,.0f}"


def number(value: float) -> str:
    """A rate: a decimal below a hundred."""
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def load() -> str:
    """How busy the machine has been during the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def ratio_table(ours: Mapping[str, float], theirs: Mapping[str, float], target: float) -> str:
    """Each gesture beside the peer's: requests a second, and whether the target is met."""
    rows = ["| gesture | Vigie, req/s | Redmine, req/s | ratio | target |", "|---|---|---|---|---|"]
    for name, rate in ours.items():
        peer = theirs.get(name, 0.0)
        ratio = f"{rate / peer:.1f}" if peer else "no answer"
        verdict = "met" if peer and rate / peer >= target else "not met"
        rows.append(
            f"| {name} | {number(rate)} | {number(peer)} | {ratio} | ≥ {target:g} × {verdict} |"
        )
    return "\n".join(rows)


def growth_table(sizes: Mapping[int, Mapping[str, Answers]]) -> str:
    """The rate of each gesture at each size, and how much more time a page takes from one size to the next."""
    ordered = sorted(sizes)
    head = " | ".join(f"{size:,} firms, req/s (p95 ms)" for size in ordered)
    steps = " | ".join(f"× from {one:,} to {two:,}" for one, two in pairwise(ordered))
    rows = [
        f"| gesture at {CROWD} connections | {head} | {steps} |",
        "|---" * (2 * len(ordered)) + "|",
    ]
    for name in sizes[ordered[0]]:
        found = [sizes[size][name] for size in ordered]
        cells = [f"{number(each.rate)} ({milliseconds(each, RANK)})" for each in found]
        grown = [
            f"{one.rate / two.rate:.2f}" if two.rate else "no answer"
            for one, two in pairwise(found)
        ]
        rows.append(f"| {name} | {' | '.join([*cells, *grown])} |")
    return "\n".join(rows)
