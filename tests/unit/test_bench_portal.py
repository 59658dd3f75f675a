"""What the bench of the portal makes of what it sends and reads, without any server."""

import pytest

from bench.portal import driving, serving, tables
from bench.portal.driving import Answers, Outgoing, parse
from bench.portal.gestures import beginning, enough, mistyped, spread

SAID = """Running 1s test @ http://127.0.0.1:5000
  2 threads and 2 connections
answer 200 100000 100000
answer 200 200000 200000
answer 200 100000 600000
answer 503 300000 700000
answer 200 400000 1000000
errors 1
duration 1200000
"""


def test_answers_are_counted_once_each_connection_has_had_one() -> None:
    answers = parse(SAID, connections=2)
    assert answers.took == [100, 100, 200, 400]
    assert answers.rate == pytest.approx(2 / (1.2 - 0.2))
    assert answers.percentile(50) == pytest.approx(150)


def test_a_slow_server_is_given_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def drive(*_arguments: object, seconds: float, **_way: object) -> Answers:
        asked.append(seconds)
        return Answers(rate=0.5, took=[2_000.0] * int(seconds / 2), errors=0)

    monkeypatch.setattr(driving, "drive", drive)
    driving.drive_enough("http://127.0.0.1", [], connections=4, seconds=4)
    assert asked == [4, 12, 36]
    asked.clear()
    driving.drive_enough("http://127.0.0.1", [], connections=16, seconds=30)
    assert asked == [30, driving.LONGEST]


def test_a_status_that_was_not_expected_and_a_broken_connection_are_errors() -> None:
    assert parse(SAID, connections=2).errors == 2
    assert parse(SAID, connections=2, accepted=(200, 503)).errors == 1


def test_a_page_that_nobody_received_has_no_percentile() -> None:
    nothing = parse("errors 0\nduration 6000000\n", connections=16)
    assert nothing.rate == 0
    assert "| 16 | 0.0 | none | none | none | 0 | " in tables.line("list", 16, nothing)


def test_what_wrk_did_not_measure_is_no_figure() -> None:
    with pytest.raises(ValueError, match="unable to connect"):
        parse("unable to connect to 127.0.0.1:5000 Connection refused\n", connections=1)


def test_sessions_asked_at_once_ask_for_different_pages() -> None:
    sent = spread(["/a", "/b", "/c"], ["one", "two"])
    assert len({(each.target, each.headers["Cookie"]) for each in sent}) == 6
    assert sent[0].target != sent[1].target
    assert len(enough(sent, 16)) >= 16


def test_a_request_is_a_line_of_the_script() -> None:
    line = Outgoing(target="/a", method="POST", headers={"A": "1", "B": "x=y"}, body="q=1").line()
    assert line == "POST\t/a\tA=1\1B=x=y\tq=1\n"


def test_words_are_typed_as_people_do() -> None:
    assert beginning("TRANSPORT VALMONT SAS") == "TRANSPORT VAL"
    wrong = mistyped("TRANSPORT VALMONT")
    assert wrong != "TRANSPORT VALMONT"
    assert wrong[0] == "T"
    assert sorted(wrong) == sorted("TRANSPORT VALMONT")


def test_the_site_is_served_as_the_procfile_says() -> None:
    web, worker = serving.commands()["web"], serving.commands()["worker"]
    assert web[0].endswith("/gunicorn")
    assert web[1:] == ["wsgi:app"]
    assert worker[-1] == "worker"


def test_a_ratio_says_whether_its_target_is_met() -> None:
    said = tables.ratio_table({"list": 80.0, "search": 79.0}, {"list": 10.0, "search": 10.0}, 8)
    assert "| list | 80.0 | 10.0 | 8.0 | ≥ 8 × met |" in said
    assert "| search | 79.0 | 10.0 | 7.9 | ≥ 8 × not met |" in said


def test_growth_is_the_time_of_a_page_from_a_size_to_the_next() -> None:
    at = {
        size: {"list": Answers(rate=rate, took=[10.0, 20.0], errors=0)}
        for size, rate in ((100, 60.0), (200, 50.0))
    }
    assert "| list | 60.0 (20) | 50.0 (20) | 1.20 |" in tables.growth_table(at)
