"""Everything at once on one file: one of them is first, and all agree who."""

import making
import pytest
import steps
from watching import at_once

from s2s_tui.services import downloads, forwarding, transfers, uncollected, upkeep, uploads
from s2s_tui.store.models import Transfer


@pytest.mark.requirement("R-SYS-3")
def test_of_all_that_can_be_done_with_a_file_at_once_one_is_first(site, on, tmp_path):
    sender, clerk, colleague = on("school", "6804012"), on("user", "681"), on("user", "681")
    for number in range(1, 5):
        offered = making.offered("6804012", "681LLLL", number, [making.Child(making.upn(number))])
        key = steps.sent(sender, site, offered)
        (tmp_path / str(number)).mkdir()
        downloads.download(clerk, site, [key], tmp_path / str(number))
        confirmed, rejected, deleted, recalled, forwarded, again = at_once(
            site,
            lambda key=key: transfers.confirm(clerk, site, [key])[0].ok,
            lambda key=key: transfers.reject(colleague, site, [key], "no")[0].ok,
            lambda key=key: uncollected.delete(clerk, site, [key], "no")[0].ok,
            lambda key=key: transfers.recall(sender, site, key, "oops"),
            lambda key=key: forwarding.forward(colleague, site, key, "6814053").status == uploads.SENT,
            lambda offered=offered: uploads.upload(sender, site, offered),
        )
        file = steps.transfer(site, key)
        withdrawn = recalled is True
        sent_on = forwarded is True
        assert [confirmed or sent_on, rejected is True, deleted is True, withdrawn].count(True) == 1
        assert file.state == (
            "collected" if confirmed or sent_on else "rejected" if rejected is True else "deleted"
        )
        assert (file.recalled_at is not None) == (recalled is False)
        with site.store.connection():
            on_the_way = list(Transfer.select().where(Transfer.forwarded_from == key))
        assert len(on_the_way) == sent_on
        # The same name can only be sent anew once the first is out of the way.
        assert again.status == "already-sent" or file.state in ("rejected", "deleted")
    assert upkeep.verify(site).ok
