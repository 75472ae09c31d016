"""Opening a site, its key, and bringing its database up to date (R-SYS-3, R-SYS-6)."""

from dataclasses import replace
from pathlib import Path

import pytest
from watching import audited

from s2s_tui.base.errors import Unreachable
from s2s_tui.services import site as sites
from s2s_tui.services import upkeep
from s2s_tui.store import schema
from s2s_tui.store.database import open_store


@pytest.mark.requirement("R-SYS-3")
def test_a_database_opens_only_with_the_key_that_seals_its_log(settings):
    upkeep.init(settings)
    sites.open_site(settings).store.close()
    other = replace(settings, key_file=f"{settings.key_file}.other")
    assert sites.make_key(other) != sites.read_key(settings)
    with pytest.raises(Unreachable, match="key-other"):
        sites.open_site(other)


@pytest.mark.requirement("R-LOG-3")
def test_questions_that_need_no_account_need_no_key(settings):
    upkeep.bare(settings).store.close()
    without = replace(settings, key_file=f"{settings.key_file}.none")
    reading = sites.open_reading(without)
    assert reading.key == b""
    reading.store.close()
    assert not Path(without.key_file).exists()
    with pytest.raises(Unreachable, match="key-missing"):
        sites.open_site(without)


@pytest.mark.requirement("R-SYS-6")
def test_bringing_a_database_up_to_date_is_on_record(settings):
    sites.make_key(settings)
    *before, last = schema.known()
    store = open_store(settings.database_url, create=True)
    with store.connection():
        assert schema._runner(store).up(before[-1]) == before
    store.close()
    with pytest.raises(Unreachable, match="database-older"):
        sites.open_site(settings)
    assert upkeep.migrate(settings) == (last,)
    assert upkeep.migrate(settings) == ()
    site = sites.open_site(settings)
    assert audited(site, "migrate") == [("system", last, "done")]
    site.store.close()


def test_what_a_verdict_found_is_said_as_an_error():
    error = upkeep.tells(("content-damaged", {"digest": "x", "files": "a"}))
    assert (error.code, error.params) == ("content-damaged", {"digest": "x", "files": "a"})
