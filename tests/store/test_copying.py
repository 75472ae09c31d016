"""A database copied into another, on either engine, row by row (R-SYS-6)."""

from dataclasses import replace
from datetime import datetime

import making
import pytest

from s2s_tui.base.errors import Refused
from s2s_tui.services import upkeep, uploads
from s2s_tui.services.files import Offered
from s2s_tui.services.site import open_site
from s2s_tui.store import copying, models
from s2s_tui.store.models import CountedMonth, MonthCount


def rows(settings):
    """Every row of every table, in the order of its key."""
    store = open_site(settings).store
    with store.connection():
        return {
            model.__name__: list(model.select().order_by(*model._meta.get_primary_keys()).tuples())
            for model in models.MODELS
        }


def filled(settings):
    """A site with files, a past month and a text of every kind of letter."""
    site = upkeep.bare(settings, making.Clock())
    making.fill(site)
    sender = making.logged_on(site, "school", "6804012")
    assert uploads.upload(sender, site, making.offered("6804012", "6814053", 1)).ok
    assert uploads.upload(sender, site, making.offered("6804012", "XXXXXXX", 1)).ok
    assert not uploads.upload(sender, site, Offered("ŵ\U0001f600.xml", b"")).ok

    def more() -> None:
        CountedMonth.create(
            month="2026-09", begins_at=datetime(2026, 8, 31, 23), ends_at=datetime(2026, 9, 30, 23)
        )
        for authority in ("680", "681"):
            MonthCount.create(month="2026-09", authority=authority, event="sent", files=1, pupils=2)

    site.store.write(more)
    return site


@pytest.mark.requirement("R-SYS-6")
@pytest.mark.parametrize("engines", [("sqlite", "postgresql"), ("postgresql", "sqlite")], ids="-to-".join)
def test_a_copy_holds_every_row_and_work_goes_on_there(engines, settings, postgres, tmp_path, monkeypatch):
    monkeypatch.setattr(copying, "PARAMETERS", 60)
    monkeypatch.setattr(copying, "CONTENTS", 1)
    urls = [postgres() if engine == "postgresql" else f"sqlite:///{tmp_path}/{engine}" for engine in engines]
    before, after = (replace(settings, database=url) for url in urls)
    filled(before).store.close()
    told: list[tuple[int, int]] = []
    copied = upkeep.copy(before, urls[1], making.Clock(), lambda done, total: told.append((done, total)))
    wanted = rows(before)
    assert copied.rows == sum(map(len, wanted.values())) == told[-1][0] == told[-1][1]
    assert rows(after) == wanted
    there = open_site(after, making.Clock())
    assert upkeep.verify(there).ok
    school = making.logged_on(there, "school", "6804012")
    assert uploads.upload(school, there, making.offered("6804012", "6814053", 2)).ok
    assert upkeep.verify(there).ok
    there.store.close()


@pytest.mark.requirement("R-SYS-6")
def test_no_table_is_forgotten(settings):
    store = upkeep.bare(settings).store
    with store.connection():
        tables = {name for name in store.database.get_tables() if "migrat" not in name}
    assert tables == {model._meta.table_name for model in models.MODELS}


@pytest.mark.requirement("R-SYS-6")
def test_a_database_with_something_in_it_is_left_as_it_is(settings, tmp_path):
    other = replace(settings, database=f"sqlite:///{tmp_path}/other.sqlite")
    upkeep.init(other)
    upkeep.init(settings)
    with pytest.raises(Refused, match="database-exists"):
        upkeep.copy(settings, other.database_url)
    with pytest.raises(Refused, match="database-exists"):
        upkeep.copy(settings, settings.database_url)


@pytest.mark.requirement("R-SYS-6")
def test_a_copy_that_breaks_off_leaves_nothing_and_is_made_again(settings, tmp_path):
    upkeep.init(settings)
    url = f"sqlite:///{tmp_path}/new.sqlite"

    def stop(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upkeep.copy(settings, url, on_progress=stop)
    assert upkeep.copy(settings, url).rows > 100
    assert rows(replace(settings, database=url))["User"]
