"""Pictures of the first screens, byte for byte; `pytest tests/tui/screens --snapshot-update` renews them."""

from dataclasses import replace
from datetime import timedelta

import making
import pytest

from s2s_tui.services import accounts, uploads
from s2s_tui.store.models import Transfer

SMALL, WIDE = (80, 24), (140, 40)


@pytest.fixture
def busy(lite, clock):
    """Something of everything that Home tells."""
    clock.forward(days=-1)
    accounts.log_on(lite, "680user", making.PASSWORD, origin="10.1.4.20")
    clock.forward(days=1)
    school = making.logged_on(lite, "school", "6804012")
    sent = (("6804031", 1, 19), ("6804031", 2, 1), ("680LLLL", 1, 3), ("680LLLL", 2, 0), ("6802310", 1, 2))
    for destination, number, days_ago in sent:
        receipt = uploads.upload(school, lite, making.offered("6804012", destination, number))
        moment = making.NOW - timedelta(days=days_ago)
        lite.store.write(
            lambda moment=moment, receipt=receipt: (
                Transfer.update(uploaded_at=moment).where(Transfer.id == receipt.id).execute()
            )
        )
    return lite


def themed(site, theme):
    return replace(site, settings=replace(site.settings, theme=theme))


def test_logon(portal, snap_compare):
    assert snap_compare(portal(training=True).app, terminal_size=SMALL)


def test_logon_in_welsh_and_light_after_wrong_details(portal, lite, snap_compare):
    here = portal(site=themed(lite, "s2s-light"))

    async def before(pilot):
        await pilot.press("f2", *"680user", "enter", *"anghywir", "enter")
        await here.until(pilot, "Nid yw'r enw a'r cyfrinair")

    assert snap_compare(here.app, terminal_size=SMALL, run_before=before)


@pytest.mark.parametrize(("size", "theme"), [(SMALL, "s2s-dark"), (WIDE, "s2s-light")], ids=["80", "140"])
def test_home(portal, busy, snap_compare, size, theme):
    here = portal(site=themed(busy, theme))

    async def before(pilot):
        await here.log_on(pilot, "680user")
        await here.until(pilot, "Last logon")

    assert snap_compare(here.app, terminal_size=size, run_before=before)


def test_account(portal, busy, snap_compare):
    here = portal(site=busy)

    async def before(pilot):
        await here.log_on(pilot, "680user")
        await pilot.press("escape", "c")
        await here.until(pilot, "Change your password")

    assert snap_compare(here.app, terminal_size=SMALL, run_before=before)
