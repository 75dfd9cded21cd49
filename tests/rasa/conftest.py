"""Rasa loads jax, which from then on warns of every fork in this process. Our children become their programs at once."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """For the tests of all folders, since what one test has imported stays for those after it."""
    config.addinivalue_line("filterwarnings", r"ignore:os\.fork\(\) was called:RuntimeWarning")
