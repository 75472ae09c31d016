"""What holds in every test of the services."""

from collections.abc import Iterator

import pytest
from watching import UNRECORDED, what_is_changed_without_a_record


@pytest.fixture(autouse=True)
def _whatever_a_service_changes_is_on_record_in_the_same_transaction() -> Iterator[None]:
    """R-SYS-3, R-UPL-8: an act and its entry in the audit log commit together or not at all."""
    with what_is_changed_without_a_record() as found:
        yield
    assert found - UNRECORDED == set()
