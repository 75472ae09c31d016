"""Files that nobody collects: deleted by the authority, or the schools asked to collect them (R-DWN-5)."""

from collections.abc import Callable
from pathlib import Path

import making
import pytest
import steps
from making import Child, offered
from watching import (
    at_once,
    audited,
    errors,
    every_write_fails_once,
    forget_mails,
    letters,
    mails,
    notices,
    require_nothing_personal,
    require_only,
)

from s2s_tui.base.errors import NotFound, Refused
from s2s_tui.rules.roles import Actor
from s2s_tui.services import downloads, listing, templates, transfers, uncollected, uploads
from s2s_tui.services.files import Offered
from s2s_tui.services.site import Site
from s2s_tui.store.models import Establishment, Message, Transfer

On = Callable[..., Actor]


def send(site: Site, on: On, source: str, destination: str, number: int = 1) -> int:
    kid = [Child(making.upn(number, source))]
    receipt = uploads.upload(on("school", source), site, offered(source, destination, number, kid))
    assert receipt.id is not None, receipt
    return receipt.id


@pytest.fixture
def file(site: Site, on: On) -> int:
    """A file within 680 that waits."""
    number = send(site, on, "6804012", "6804031")
    forget_mails(site)
    return number


def state(site: Site, number: int) -> str:
    with site.store.connection():
        return str(Transfer.get(Transfer.id == number).state)


@pytest.mark.requirement("R-DWN-5")
def test_only_an_authoritys_file_roles_delete_or_chase(site: Site, file: int) -> None:
    require_only(
        site,
        "ctf.delete",
        lambda actor: uncollected.delete(actor, site, [file], "old"),
        lambda actor: uncollected.chase(actor, site, [file]),
    )
    assert state(site, file) == "awaiting"


@pytest.mark.requirement("R-DWN-5")
def test_only_ctfs_are_deleted_so_not_a_generic_zip_that_the_role_may_download(lite: Site) -> None:
    school, clerk = making.logged_on(lite, "school", "6804012"), making.logged_on(lite, "user", "680")
    zipped = steps.sent(school, lite, Offered("6804012_680LLLL_photos.ZIP", steps.zipped()))
    (outcome,) = uncollected.delete(clerk, lite, [zipped], "old")
    assert outcome.error is not None
    assert (outcome.error.code, steps.transfer(lite, zipped).state) == ("file-unknown", "awaiting")


@pytest.mark.requirement("R-DWN-5")
def test_what_waits_at_or_from_the_authoritys_schools_is_deleted_and_the_sender_told(
    site: Site, on: On, file: int
) -> None:
    out = send(site, on, "6804012", "6814053", 2)
    own = send(site, on, "6804012", "680LLLL", 3)
    coming = send(site, on, "6814053", "6804031")
    forget_mails(site)
    clerk = on("user", "680")
    outcomes = uncollected.delete(clerk, site, [file, out, own, coming], "six\nmonths old")
    assert [outcome.ok for outcome in outcomes] == [True] * 4
    assert mails(site) == [("deleted", "office@s6804012.example")] * 3 + [
        ("deleted", "office@s6814053.example")
    ]
    assert all("Reason given: six months old" in letter for letter in letters(site, "deleted"))
    require_nothing_personal(site)
    assert [outcome for *_, outcome in audited(site, "delete")] == ["done"] * 4
    with site.store.connection():
        row = Transfer.get(Transfer.id == file)
    assert (row.state, row.state_by, row.state_reason) == ("deleted", clerk.user, "six months old")
    closed = listing.files(clerk, site, "ctf", "within", view="closed").page()
    assert [item.id for item in closed] == [file]


@pytest.mark.requirement("R-DWN-5")
def test_other_authorities_files_and_lost_pupils_are_unknown(site: Site, on: On, file: int) -> None:
    lost = send(site, on, "6804012", "XXXXXXX", 5)
    stranger, clerk = on("user", "681"), on("user", "680")
    numbers = [0, -1, 10**30, 999_999]
    outcomes = uncollected.delete(stranger, site, [file, *numbers], "old")
    outcomes += uncollected.delete(clerk, site, [lost, *numbers], "old")
    assert {outcome.error.code for outcome in outcomes if outcome.error} == {"file-unknown"}
    assert not [outcome for outcome in outcomes if outcome.ok]
    assert [outcome for *_, outcome in audited(site, "delete")] == ["file-unknown"] * 10
    for actor, number in ((stranger, file), (clerk, lost), (clerk, 10**30)):
        with pytest.raises(NotFound):
            uncollected.chase(actor, site, [number])
    assert (state(site, file), state(site, lost)) == ("awaiting", "awaiting")


@pytest.mark.requirement("R-DWN-5")
def test_a_deletion_needs_a_reason(site: Site, on: On, file: int) -> None:
    for reason, code in (("", "reason-missing"), (" \n", "reason-missing"), ("x" * 501, "reason-long")):
        with pytest.raises(Refused) as told:
            uncollected.delete(on("user", "680"), site, [file], reason)
        assert told.value.code == code


@pytest.mark.requirement("R-DWN-5")
@pytest.mark.parametrize("trial", range(3))
def test_of_those_who_collect_reject_and_delete_at_once_one_wins_and_the_others_are_told(
    site: Site, on: On, file: int, trial: int, tmp_path: Path
) -> None:
    school, clerk = on("school", "6804031"), on("user", "680")
    downloads.download(school, site, [file], tmp_path)
    results = at_once(
        site,
        lambda: transfers.confirm(school, site, [file]),
        lambda: transfers.reject(school, site, [file], "not ours"),
        lambda: uncollected.delete(clerk, site, [file], "old"),
        lambda: transfers.recall(on("school", "6804012"), site, file, "wrong"),
    )
    end = state(site, file)
    final = [about for about, _ in mails(site) if about in ("collected", "rejected", "deleted", "withdrawn")]
    done = [place for place in range(3) if results[place][0].ok]
    told = [results[place][0].error.code for place in range(3) if not results[place][0].ok]
    recalled = results[3] is True
    assert len(done) + recalled == 1
    assert told == ["file-moved"] * (3 - len(done))
    if recalled:
        assert (end, final) == ("deleted", ["withdrawn"] * 2)
    else:
        assert end == ("collected", "rejected", "deleted")[done[0]]
        assert final == [end]
        # A file that was collected first is called back with a word to everybody instead.
        assert errors(results) == ([] if results[3] is False else ["file-moved"])


@pytest.mark.requirement("R-DWN-5")
def test_a_deletion_that_is_tried_again_tells_the_sender_once(site: Site, on: On, file: int) -> None:
    clerk = on("user", "680")
    with every_write_fails_once() as undone:
        (outcome,) = uncollected.delete(clerk, site, [file], "old")
    assert outcome.ok
    assert undone
    assert mails(site) == [("deleted", "office@s6804012.example")]
    assert len(audited(site, "delete")) == 1


@pytest.mark.requirement("R-DWN-5")
def test_a_chase_asks_each_school_once_with_its_files_a_line_each(
    site: Site, on: On, file: int, clock: making.Clock
) -> None:
    clock.forward(days=8)
    second = send(site, on, "6804012", "6804031", 2)
    out = send(site, on, "6804012", "6814053", 3)
    forget_mails(site)
    clerk = on("user", "680")
    told = uncollected.chase(clerk, site, [file, second, out, file])
    assert (told.schools, told.files, told.without_address) == (("6804031", "6814053"), 3, ())
    assert mails(site) == [
        ("chased", "office@s6804031.example"),
        ("chased", "office@s6814053.example"),
    ]
    first, other = notices(site, "chased")
    assert first.endswith("\n\n6804012_CTF_6804031_001.XML (8 d)\n6804012_CTF_6804031_002.XML (0 d)")
    # The other school belongs to another authority: who asks is named.
    assert "\nNewport, " in other
    require_nothing_personal(site)
    (item,) = [item for item in listing.files(clerk, site, "ctf", "outgoing").page() if item.id == out]
    assert (item.chased, item.chased_by) == (clock(), clerk.user)
    assert len(audited(site, "chase")) == 3


@pytest.mark.requirement("R-DWN-5", "R-MSG-4")
def test_a_chase_is_in_the_words_of_a_template_of_the_authoritys_own_and_seen_before(
    site: Site, on: On, file: int
) -> None:
    out = send(site, on, "6804012", "6814053", 3)
    clerk = on("user", "680")
    own = templates.add(clerk, site, "Chase", "{la}: for {school}", "Dear {school}\n{files}\nThank you.")
    bare = templates.add(clerk, site, "Bare", "", "Please log on.")
    strange = templates.add(on("user", "681"), site, "Theirs", "x", "y")
    forget_mails(site)
    seen = uncollected.preview(clerk, site, [file, out], own.id)
    assert (mails(site), audited(site, "chase")) == ([], [])
    assert uncollected.chase(clerk, site, [file, out], "chase").schools == ("6804031", "6814053")
    first, other = notices(site, "chased")
    assert first == "Dear St Woolos High\n6804012_CTF_6804031_001.XML (0 d)\nThank you."
    assert other == "Dear Ysgol Bro Glan\n6804012_CTF_6814053_003.XML (0 d)\nThank you."
    assert seen is not None
    assert (seen.school, seen.subject, seen.text) == (
        "6804031",
        "Newport: for St Woolos High",
        first,
    )
    with site.store.connection():
        assert {row.template for row in Message.select().where(Message.about == "chased")} == {own.id}
    shown = uncollected.preview(clerk, site, [file], bare.id)
    assert shown is not None
    assert shown.text == "Please log on.\n\n6804012_CTF_6804031_001.XML (0 d)"
    assert shown.subject == "Files wait for you to collect them"
    for ask in (uncollected.preview, uncollected.chase):
        with pytest.raises(NotFound) as told:
            ask(clerk, site, [file], strange.id)
        assert told.value.code == "template-unknown"


@pytest.mark.requirement("R-SYS-5")
def test_a_ready_template_asks_each_school_in_its_language_whoever_chooses_it(
    site: Site, on: On, file: int
) -> None:
    out = send(site, on, "6804012", "6814053", 3)
    site.store.write(
        lambda: Establishment.update(language="cy").where(Establishment.number == "6814053").execute()
    )
    for template in ("", "files-waiting.en", "Ffeiliau'n aros"):
        site.store.write(lambda: Message.update(about="").execute())
        uncollected.chase(on("user", "680"), site, [file, out], template)
        english, welsh = notices(site, "chased")
        assert english.startswith("To St Woolos"), template
        assert welsh.startswith("At Ysgol Bro Glan"), template


@pytest.mark.requirement("R-DWN-5")
def test_nobody_is_asked_anything_where_one_file_waits_no_more(site: Site, on: On, file: int) -> None:
    second = send(site, on, "6804012", "6804031", 2)
    own = send(site, on, "6804012", "680LLLL", 3)
    clerk = on("user", "680")
    uncollected.delete(clerk, site, [second], "old")
    forget_mails(site)
    for gone in (second, own):
        with pytest.raises(Refused) as told:
            uncollected.chase(clerk, site, [file, gone])
        assert told.value.code == "chase-moved"
    assert mails(site) == []
    assert [outcome for *_, outcome in audited(site, "chase")] == ["chase-moved"] * 2


@pytest.mark.requirement("R-DWN-5")
def test_a_school_without_an_address_is_named(site: Site, on: On, file: int) -> None:
    site.store.write(
        lambda: Establishment.update(email="").where(Establishment.number == "6804031").execute()
    )
    told = uncollected.chase(on("user", "680"), site, [file])
    assert (told.schools, told.files, told.without_address) == (("6804031",), 1, ("6804031",))
    assert uncollected.chase(on("user", "680"), site, []) == uncollected.Chase((), 0, ())
