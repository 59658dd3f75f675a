"""The attacks of ``python -m bench.attack``: what they name exists."""

from bench.attack import ATTACKS
from config import ROOT


def test_every_attack_is_made_of_tests_that_exist() -> None:
    missing = [
        module for modules in ATTACKS.values() for module in modules if not (ROOT / module).exists()
    ]
    assert missing == []
