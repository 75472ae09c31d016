"""Made-up pupils for the tests of matching, from the measurements' own worlds (`bench/people`)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))


@pytest.fixture(scope="session")
def pupils():
    """Ten thousand made-up pupils of the testing world."""
    from bench.people import population, testing

    return population.pupils(testing.world(10_000), 10_000, seed=8)


@pytest.fixture(scope="session")
def index(pupils):
    """Their index."""
    from s2s_tui.matching.index import build

    return build(pupils)
