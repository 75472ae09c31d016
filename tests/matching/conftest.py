"""Made-up pupils for the tests of matching, from the measurements' own worlds (`bench/people`)."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))


@pytest.fixture(scope="session")
def pupils():
    """Ten thousand made-up pupils of the testing world; fewer for `tests/mutants.py`."""
    from bench.people import population, testing

    count = int(os.environ.get("S2S_PUPILS", "10000"))
    return population.pupils(testing.world(count), count, seed=8)


@pytest.fixture(scope="session")
def index(pupils):
    """Their index."""
    from s2s_tui.matching.index import build

    return build(pupils)
