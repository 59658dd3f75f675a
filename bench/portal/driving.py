"""Requests sent by wrk (Debian's package) on so many connections, each in a thread of its own, and what it measured."""

import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).with_name("drive.lua")
#: seconds that wrk waits for an answer, and that it is waited for after the end
PATIENCE = 60
MISSING = "wrk is missing: apt-get install wrk"
#: seconds in which a slow server is given the time to answer each connection twice, at most
LONGEST = 40.0
#: what separates a header from the next in the file that the script reads
NEXT = "\1"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A request to send; ``headers`` and ``body`` hold neither tab nor line end."""

    target: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def line(self) -> str:
        """What the script reads."""
        headers = NEXT.join(f"{name}={value}" for name, value in self.headers.items())
        return f"{self.method}\t{self.target}\t{headers}\t{self.body}\n"


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What came back: right answers a second, milliseconds of each, and how many answers or connections were wrong.

    The rate is that of the time after as many answers as there are connections: what is under way at the end is not counted,
    and would weigh on slow pages.
    """

    rate: float
    took: Sequence[float]
    errors: int

    def percentile(self, rank: int) -> float | None:
        """Milliseconds within which ``rank`` % of the right answers came; `None` when fewer than two did."""
        if len(self.took) < 2:
            return None
        return statistics.quantiles(self.took, n=100, method="inclusive")[rank - 1]


def require_wrk() -> str:
    """The path of wrk; raise `RuntimeError` where it is absent."""
    found = shutil.which("wrk")
    if found is None:
        raise RuntimeError(MISSING)
    return found


def drive(
    address: str, sent: Sequence[Outgoing], *, connections: int, seconds: float,
    accepted: Collection[int] = (200,),
) -> Answers:  # fmt: skip
    """Send ``sent`` in turn to a server of this machine for some seconds; an answer whose status is not ``accepted`` is an error."""
    if len(sent) < connections:
        raise ValueError(f"{len(sent)} requests for {connections} connections")
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines(request.line() for request in sent)
        file.flush()
        options = ("-t", connections, "-c", connections, "-d", f"{round(seconds)}s")
        limits = ("--timeout", f"{PATIENCE}s", "-s", SCRIPT)
        command = (require_wrk(), *options, *limits, address, "--", file.name, connections)
        finished = subprocess.run(  # noqa: S603 - wrk, on this machine
            [str(word) for word in command],
            capture_output=True, text=True, check=True, timeout=seconds + PATIENCE,
        )  # fmt: skip
    return parse(finished.stdout, connections=connections, accepted=accepted)


def drive_enough(
    address: str, sent: Sequence[Outgoing], *, connections: int, seconds: float,
    accepted: Collection[int] = (200,),
) -> Answers:  # fmt: skip
    """The same, and again for longer while a connection has not had two answers: of fewer, nothing can be said."""
    way = {"connections": connections, "accepted": accepted}
    answers = drive(address, sent, seconds=seconds, **way)  # type: ignore[arg-type]
    while len(answers.took) < 2 * connections and seconds < LONGEST:
        seconds = min(3 * seconds, LONGEST)
        answers = drive(address, sent, seconds=seconds, **way)  # type: ignore[arg-type]
    return answers


def parse(output: str, *, connections: int, accepted: Collection[int] = (200,)) -> Answers:
    """What the script wrote among what wrk says for people; raise `ValueError` where it wrote nothing."""
    lines = [line.split() for line in output.splitlines()]
    duration = [int(line[1]) for line in lines if line[:1] == ["duration"]]
    broken = [int(line[1]) for line in lines if line[:1] == ["errors"]]
    if not duration or not broken:
        raise ValueError(f"wrk did not say what it measured: {output[-500:]}")
    answers = [tuple(map(int, line[1:])) for line in lines if line[:1] == ["answer"]]
    right = [(took / 1e3, ended / 1e6) for status, took, ended in answers if status in accepted]
    return Answers(
        rate=_rate(sorted(ended for _, ended in right), duration[0] / 1e6, connections),
        took=sorted(took for took, _ in right),
        errors=broken[0] + len(answers) - len(right),
    )


def _rate(ended: Sequence[float], seconds: float, connections: int) -> float:
    """Answers a second, from when they ``ended`` in a time of so many ``seconds``."""
    if len(ended) <= connections:
        return len(ended) / seconds
    first = ended[connections - 1]
    return (len(ended) - connections) / (seconds - first)
