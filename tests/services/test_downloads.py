"""Giving files out, and what becomes of them (R-DWN, R-LEA-2, R-SYS-7)."""

import errno
import os
import subprocess
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import making
import pytest
import steps
from steps import code_of

from s2s_tui.base import disk
from s2s_tui.base.errors import NotFound, Refused, Unreachable, WrongUse
from s2s_tui.services import downloads, files, transfers
from s2s_tui.services.files import Offered
from s2s_tui.store import content
from s2s_tui.store.models import Authority, Download

OFFICE = "office@s{}.example".format
TO, FROM, LA_TO, LA_FROM = OFFICE("6814053"), OFFICE("6804012"), "data@la681.example", "data@la680.example"


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def given(site) -> int:
    with site.store.connection():
        return Download.select().count()


@pytest.fixture
def folder(tmp_path) -> Path:
    place = tmp_path / "saved"
    place.mkdir()
    return place


# --- what is saved


@pytest.mark.requirement("R-DWN-2")
def test_one_file_stays_itself(site, on, folder):
    offered = making.offered()
    transfer = steps.sent(on("school", "6804012"), site, offered)
    saved = downloads.download(on("school", "6814053"), site, [transfer], folder)
    assert (saved.path, saved.ids, saved.to_confirm) == (folder / offered.name, (transfer,), (transfer,))
    assert saved.path.read_bytes() == offered.content
    assert left_in(folder) == [offered.name]
    assert steps.transfer(site, transfer).state == "awaiting", "nothing is collected before it is confirmed"


@pytest.mark.requirement("R-DWN-2")
def test_several_become_one_zip_with_every_byte_as_it_came(site, on, folder):
    school = on("school", "6804012")
    offers = [
        making.offered(number=number, children=[making.Child(making.upn(number))]) for number in (1, 2, 3)
    ]
    ids = [steps.sent(school, site, offered) for offered in offers]
    told = []
    saved = downloads.download(
        on("school", "6814053"),
        site,
        [*ids, ids[0]],
        folder,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert saved.path.name == "s2s_6814053_20261124_103000.zip"
    assert saved.to_confirm == tuple(ids)
    with zipfile.ZipFile(saved.path) as bundle:
        assert bundle.testzip() is None
        assert {name: bundle.read(name) for name in bundle.namelist()} == {
            offered.name: offered.content for offered in offers
        }
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.requirement("R-DWN-2")
def test_one_name_from_two_school_years_is_twice_in_the_zip(site, on, clock, folder, tmp_path):
    school, receiver = on("school", "6804012"), on("school", "6814053")
    first = making.offered()
    ids = [steps.sent(school, site, first)]
    steps.collected(receiver, site, ids[0], tmp_path)
    clock.now = making.NOW.replace(year=2027, month=9, day=2)
    site = replace(site, settings=replace(site.settings, redownload_days=1000))
    second = making.offered(children=[making.Child(making.upn(2))])
    ids.append(steps.sent(school, site, second))
    saved = downloads.download(receiver, site, ids, folder)
    with zipfile.ZipFile(saved.path) as bundle:
        assert sorted(map(bundle.read, bundle.namelist())) == sorted([first.content, second.content])
        assert len({name.upper() for name in bundle.namelist()}) == 2


@pytest.mark.requirement("R-DWN-2")
def test_generic_files_go_one_at_a_time(site, on, folder):
    school, receiver = on("school", "6804012"), on("school", "6814053")
    ids = [steps.sent(school, site, Offered(f"6804012_6814053_text{n}.ZIP", steps.zipped())) for n in (1, 2)]
    with pytest.raises(WrongUse, match="one-at-a-time"):
        downloads.download(receiver, site, ids, folder)
    with pytest.raises(WrongUse, match="nothing-chosen"):
        downloads.download(receiver, site, [], folder)
    assert downloads.download(receiver, site, ids[:1], folder).path.read_bytes() == steps.zipped()


# --- never over another file, never half a file


@pytest.mark.requirement("R-DWN-6")
@pytest.mark.parametrize("kind", ["file", "folder", "link", "dead link"])
def test_what_has_the_name_already_is_never_replaced(site, on, folder, kind):
    offered = making.offered()
    transfer = steps.sent(on("school", "6804012"), site, offered)
    target, elsewhere = folder / offered.name, folder.parent / "elsewhere"
    if kind == "file":
        target.write_text("mine")
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to(elsewhere)
        if kind == "link":
            elsewhere.write_text("mine")
    with pytest.raises(Refused) as caught:
        downloads.download(on("school", "6814053"), site, [transfer], folder)
    assert (caught.value.code, caught.value.params["path"]) == ("file-exists", str(target))
    assert left_in(folder) == [offered.name]
    if kind == "file":
        assert target.read_text() == "mine"
    assert elsewhere.exists() == (kind == "link")
    assert given(site) == 0


@pytest.mark.requirement("R-DWN-6")
@pytest.mark.parametrize("links", [True, False], ids=["with links", "without links"])
def test_a_name_taken_while_the_file_is_written_is_not_replaced(lite, folder, monkeypatch, links):
    if not links:
        no_links(monkeypatch)
    target = folder / "name"

    def write(file) -> None:
        file.write(b"theirs")
        target.write_text("mine")

    with pytest.raises(Refused, match="file-exists"):
        files.save(folder, "name", write)
    assert (left_in(folder), target.read_text()) == (["name"], "mine")


def no_links(monkeypatch) -> None:
    """A disk as FAT is: it has no hard links."""

    def link(*_args, **_named):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)


@pytest.mark.requirement("R-DWN-6")
def test_a_disk_without_links_takes_files_too(lite, folder, monkeypatch):
    no_links(monkeypatch)
    transfer = steps.sent(making.logged_on(lite, "school", "6804012"), lite, making.offered())
    saved = downloads.download(making.logged_on(lite, "school", "6814053"), lite, [transfer], folder)
    assert saved.path.read_bytes() == making.offered().content
    assert left_in(folder) == [saved.path.name]


@pytest.mark.requirement("R-DWN-6")
def test_on_a_disk_without_links_a_failed_rename_leaves_nothing(lite, folder, monkeypatch):
    no_links(monkeypatch)

    def replace_(*_args, **_named):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", replace_)
    with pytest.raises(Unreachable, match="disk"):
        files.save(folder, "name", lambda file: file.write(b"content"))
    assert left_in(folder) == []


@pytest.mark.requirement("R-DWN-6")
def test_a_name_with_folders_in_it_is_refused(lite, folder):
    for name in ("../up", "a/b", "/etc/x", "", "..", "a\0b"):
        with pytest.raises(WrongUse, match="save-name"):
            files.save(folder, name, lambda file: file.write(b"content"))
    assert left_in(folder) == []
    with pytest.raises(Unreachable, match="disk"):
        files.save(folder, "x" * 300, lambda file: file.write(b"content"))
    assert left_in(folder) == []


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of 64 kB, really mounted where we may; else the test stands on a limit of the process."""
    place = tmp_path / "stick"
    place.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.call(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], stderr=subprocess.DEVNULL
    )
    yield place if mounted else None
    if mounted:
        subprocess.check_call(["umount", str(place)])


@pytest.mark.requirement("R-DWN-6")
def test_a_full_disk_leaves_no_half_file_and_nothing_to_confirm(lite, tiny_disk, folder, monkeypatch):
    children = [
        making.Child(making.upn(number), more=f"<x>{os.urandom(300).hex()}</x>") for number in range(300)
    ]
    transfer = steps.sent(
        making.logged_on(lite, "school", "6804012"), lite, making.offered(children=children)
    )
    receiver = making.logged_on(lite, "school", "6814053")
    if tiny_disk is None:
        tiny_disk = folder
        import resource
        import signal

        monkeypatch.setattr(resource, "getrlimit", resource.getrlimit)
        old = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        real = files.save

        def limited(*args):
            resource.setrlimit(resource.RLIMIT_FSIZE, (65536, old[1]))
            try:
                return real(*args)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, old)
                signal.signal(signal.SIGXFSZ, handler)

        monkeypatch.setattr(files, "save", limited)
    with pytest.raises(Unreachable) as caught:
        downloads.download(receiver, lite, [transfer], tiny_disk)
    assert caught.value.code == "disk"
    assert left_in(tiny_disk) == []
    assert given(lite) == 0
    assert [entry.outcome for entry in steps.audited(lite, "6814053")][-2:] == ["done", "disk"]
    (outcome,) = transfers.confirm(receiver, lite, [transfer])
    assert outcome.error.code == "not-downloaded"


@pytest.mark.requirement("R-DWN-6")
def test_a_folder_that_is_not_there_or_takes_nothing_is_said(lite, folder):
    transfer = steps.sent(making.logged_on(lite, "school", "6804012"), lite, making.offered())
    receiver = making.logged_on(lite, "school", "6814053")
    (folder / "plain").write_text("a file")
    for place in (folder / "none", folder / "plain", Path("a\0b")):
        assert (
            code_of(lambda place=place: downloads.download(receiver, lite, [transfer], place))
            == "folder-missing"
        )
    assert code_of(lambda: downloads.download(receiver, lite, [transfer], Path("/proc"))) == "disk"


@pytest.mark.requirement("R-DWN-6")
def test_a_folder_that_vanishes_meanwhile_is_said(lite, folder):
    def write(file) -> None:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        file.write(b"content")

    with pytest.raises(Unreachable, match="disk"):
        files.save(folder, "name", write)


@pytest.mark.requirement("R-DWN-6")
def test_damaged_content_is_not_saved(site, on, folder):
    from s2s_tui.store.models import Content

    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    site.store.write(lambda: Content.update(packed=content.pack(b"other")).execute())
    with pytest.raises(Unreachable, match="content-damaged"):
        downloads.download(on("school", "6814053"), site, [transfer], folder)
    assert left_in(folder) == []
    assert steps.last_entry(site, "6814053") == ("download", making.offered().name, "content-damaged")


@pytest.mark.requirement("R-DWN-6")
def test_a_saved_file_is_its_owners_alone(lite, folder):
    path = files.save(folder, "name", lambda file: file.write(b"content"))
    assert path.stat().st_mode & 0o077 == 0
    assert disk.give_name.__doc__


# --- who may have it, and for how long


@pytest.mark.requirement("R-LEA-2")
@pytest.mark.parametrize("organisation", ["680", "681"])
def test_a_copy_changes_nothing_for_the_destination_and_mails_nobody(site, on, folder, organisation):
    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    mails, row = steps.told(site), steps.transfer(site, transfer).__data__
    actor = on("user", organisation)
    saved = downloads.download(actor, site, [transfer], folder)
    assert saved.path.read_bytes() == making.offered().content
    assert saved.to_confirm == ()
    assert transfers.confirm(actor, site, [transfer])[0].ok
    assert steps.transfer(site, transfer).__data__ == row
    assert steps.told(site) == mails
    assert '"copy": true' in steps.audited(site, organisation)[-1].details
    with site.store.connection():
        (download,) = list(Download.select())
    assert (download.is_copy, download.organisation) == (True, organisation)


@pytest.mark.requirement("R-LEA-2")
def test_with_copies_off_movements_are_listed_without_copies(site, on, folder):
    from s2s_tui.services import listing

    site.store.write(lambda: Authority.update(copies=False).where(Authority.code == "680").execute())
    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    actor = on("user", "680")
    assert [item.id for item in listing.files(actor, site, "ctf", "outgoing").page()] == [transfer]
    with pytest.raises(Refused, match="copies-off"):
        downloads.download(actor, site, [transfer], folder)
    assert steps.last_entry(site, "680") == ("download", making.offered().name, "copies-off")
    assert downloads.download(on("user", "681"), site, [transfer], folder), "the other's switch is its own"


@pytest.mark.requirement("R-LEA-2")
def test_what_it_sent_in_a_schools_name_an_authority_may_copy_too(site, on, folder):
    transfer = steps.sent(on("la-school", "680"), site, making.offered())
    saved = downloads.download(on("user", "680"), site, [transfer], folder)
    assert saved.to_confirm == ()
    assert steps.transfer(site, transfer).state == "awaiting"


@pytest.mark.requirement("R-LEA-2")
def test_files_to_the_lost_pupils_are_never_copied(site, on, folder):
    transfer = steps.sent(on("school", "6804012"), site, making.offered(destination="XXXXXXX"))
    for organisation in ("680", "681"):
        with pytest.raises(NotFound):
            downloads.download(on("user", organisation), site, [transfer], folder)


@pytest.mark.requirement("R-DWN-3")
def test_the_sender_does_not_download_what_it_sent(site, on, folder):
    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    with pytest.raises(Refused, match="not-destination"):
        downloads.download(on("school", "6804012"), site, [transfer], folder)


@pytest.mark.requirement("R-DWN-3")
def test_a_collected_file_can_be_had_again_for_ninety_days(site, on, clock, tmp_path):
    receiver = on("school", "6814053")
    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    clock.forward(days=300)
    steps.collected(receiver, site, transfer, tmp_path)
    clock.forward(days=90)
    (tmp_path / "again").mkdir()
    saved = downloads.download(receiver, site, [transfer], tmp_path / "again")
    assert saved.to_confirm == ()
    assert '"again": true' in steps.audited(site, "6814053")[-1].details
    clock.forward(seconds=1)
    for actor in (receiver, on("user", "680")):
        assert (
            code_of(lambda actor=actor: downloads.download(actor, site, [transfer], tmp_path)) == "too-late"
        )


# --- confirm, reject, recall


@pytest.mark.requirement("R-DWN-3")
def test_confirming_collects_and_sends_the_final_mail(site, on, clock, folder):
    receiver = on("school", "6814053")
    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    before = steps.told(site)
    (outcome,) = transfers.confirm(receiver, site, [transfer])
    assert outcome.error.code == "not-downloaded"
    downloads.download(receiver, site, [transfer], folder)
    clock.forward(minutes=3)
    (outcome,) = transfers.confirm(receiver, site, [transfer])
    assert (outcome.ok, outcome.name) == (True, making.offered().name)
    row = steps.transfer(site, transfer)
    assert (row.state, row.state_at, row.state_by) == ("collected", clock(), "s6814053")
    assert steps.told(site) == sorted([*before, ("collected", FROM)])
    assert steps.last_entry(site, "6814053") == ("confirm", row.name, "done")


@pytest.mark.requirement("R-DWN-3")
def test_what_another_organisation_downloaded_is_no_download_of_ones_own(site, on, folder):
    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    downloads.download(on("user", "681"), site, [transfer], folder)
    (outcome,) = transfers.confirm(on("school", "6814053"), site, [transfer])
    assert outcome.error.code == "not-downloaded"


@pytest.mark.requirement("R-DWN-3")
def test_of_two_confirming_at_once_one_does_and_the_other_is_told_who(site, on, folder):
    receivers = [on(role, "681") for role in ("user", "dba", "la-school", "lost-pupil-transfer")]
    for number in range(1, 5):
        transfer = steps.sent(
            on("school", "6804012"), site, making.offered(destination="681LLLL", number=number)
        )
        downloads.download(receivers[0], site, [transfer], folder)
        start = threading.Barrier(len(receivers))

        def confirm(actor, start=start, transfer=transfer):
            start.wait()
            return actor.user, transfers.confirm(actor, site, [transfer])[0]

        with ThreadPoolExecutor(len(receivers)) as pool:
            outcomes = list(pool.map(confirm, receivers))
        (winner,) = [user for user, outcome in outcomes if outcome.ok]
        for _, outcome in outcomes:
            if not outcome.ok:
                assert (outcome.error.code, outcome.error.params["by"]) == ("file-moved", winner)
        assert steps.transfer(site, transfer).state_by == winner
        assert [about for about, _ in steps.told(site, transfer)].count("collected") == 1
    assert not steps.broken(site)


@pytest.mark.requirement("R-DWN-4")
def test_rejecting_needs_a_reason_and_tells_the_sender(site, on):
    receiver = on("school", "6814053")
    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    before = steps.told(site)
    for reason, code in (("", "reason-missing"), (" \n\t", "reason-missing"), ("x" * 501, "reason-long")):
        assert code_of(lambda reason=reason: transfers.reject(receiver, site, [transfer], reason)) == code
    (outcome,) = transfers.reject(receiver, site, [transfer], "Not \0 ours:\r\nBcc: x@y.example\ud800")
    assert outcome.ok
    row = steps.transfer(site, transfer)
    assert (row.state, row.state_by) == ("rejected", "s6814053")
    assert row.state_reason == "Not � ours: Bcc: x@y.example�"
    assert steps.told(site) == sorted([*before, ("rejected", FROM)])
    (mail,) = [mail for mail in steps.mails(site) if mail.about == "rejected"]
    assert row.state_reason in mail.body


@pytest.mark.requirement("R-DWN-4")
def test_only_the_destination_rejects(site, on):
    transfer = steps.sent(on("school", "6804012"), site, making.offered())
    for role, organisation in (("school", "6804012"), ("user", "680"), ("user", "681")):
        (outcome,) = transfers.reject(on(role, organisation), site, [transfer], "Not ours.")
        assert outcome.error.code == "not-destination"
        assert steps.last_entry(site, organisation)[2] == "not-destination"
    assert steps.transfer(site, transfer).state == "awaiting"


@pytest.mark.requirement("R-DWN-4")
def test_of_several_what_is_refused_does_not_stop_the_rest(site, on, folder):
    receiver = on("school", "6814053")
    ids = [steps.sent(on("school", "6804012"), site, making.offered(number=number)) for number in (1, 2, 3)]
    transfers.reject(receiver, site, [ids[1]], "Not ours.")
    outcomes = transfers.reject(receiver, site, [*ids, ids[0], 10**9], "Not ours.")
    assert [outcome.ok for outcome in outcomes] == [True, False, True, False]
    assert [outcome.error.code for outcome in outcomes if outcome.error] == ["file-moved", "file-unknown"]


@pytest.mark.requirement("R-SYS-7")
def test_before_collection_a_file_called_back_is_withdrawn(site, on, folder):
    sender = on("school", "6804012")
    transfer = steps.sent(sender, site, making.offered())
    before = steps.told(site)
    assert transfers.recall(sender, site, transfer, "Wrong school.") is True
    row = steps.transfer(site, transfer)
    assert (row.state, row.state_reason) == ("deleted", "Wrong school.")
    assert steps.told(site) == sorted([*before, ("withdrawn", TO), ("withdrawn", FROM)])
    with pytest.raises(Refused, match="file-gone"):
        downloads.download(on("school", "6814053"), site, [transfer], folder)
    with pytest.raises(Refused, match="file-moved"):
        transfers.recall(sender, site, transfer, "Again.")


@pytest.mark.requirement("R-SYS-7")
def test_after_collection_both_sides_and_the_dbas_are_told_once(site, on, folder, tmp_path):
    sender, receiver = on("school", "6804012"), on("school", "6814053")
    transfer = steps.sent(sender, site, making.offered())
    steps.collected(receiver, site, transfer, tmp_path)
    before = steps.told(site)
    assert transfers.recall(sender, site, transfer, "Wrong school.") is False
    assert steps.transfer(site, transfer).state == "collected"
    new = steps.told(site)
    for told in before:
        new.remove(told)
    dbas = [("recalled", "680dba@680.example"), ("recalled", "681dba@681.example")]
    assert new == sorted([("recalled", TO), ("recalled", FROM), *dbas])
    with pytest.raises(Refused, match="recalled-already"):
        transfers.recall(sender, site, transfer, "Again.")
    assert steps.last_entry(site, "6804012")[2] == "recalled-already"
    with pytest.raises(Refused, match="file-gone"):
        downloads.download(receiver, site, [transfer], folder)


@pytest.mark.requirement("R-SYS-7")
@pytest.mark.parametrize(
    ("role", "organisation", "destination", "code"),
    [
        ("school", "6814053", "6814053", "not-sender"),
        ("user", "680", "6814053", "not-sender"),
        ("school", "6804012", "XXXXXXX", "recall-lost"),
    ],
)
def test_what_cannot_be_called_back_stays_and_the_try_is_on_record(
    site, on, role, organisation, destination, code
):
    transfer = steps.sent(on("school", "6804012"), site, making.offered(destination=destination))
    actor = on(role, organisation)
    assert code_of(lambda: transfers.recall(actor, site, transfer, "Sent in error.")) == code
    assert steps.transfer(site, transfer).state == "awaiting"
    assert steps.last_entry(site, organisation) == ("recall", steps.transfer(site, transfer).name, code)


@pytest.mark.requirement("R-SYS-7")
def test_recall_and_confirmation_at_once_end_in_one_of_the_two_stories(site, on, folder):
    sender, receiver = on("school", "6804012"), on("school", "6814053")
    for number in range(1, 6):
        transfer = steps.sent(sender, site, making.offered(number=number))
        downloads.download(receiver, site, [transfer], folder)
        start = threading.Barrier(2)

        def recall(start=start, transfer=transfer):
            start.wait()
            return transfers.recall(sender, site, transfer, "Wrong school.")

        def confirm(start=start, transfer=transfer):
            start.wait()
            return transfers.confirm(receiver, site, [transfer])[0].ok

        with ThreadPoolExecutor(2) as pool:
            called, got = pool.submit(recall), pool.submit(confirm)
            withdrawn, collected = called.result(), got.result()
        row = steps.transfer(site, transfer)
        assert withdrawn is not collected
        assert (row.state, row.recalled_at is None) == (
            ("deleted", True) if withdrawn else ("collected", False)
        )
