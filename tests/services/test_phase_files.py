"""Phase transfers with files on disk: gather, split, send (R-PHA)."""

from collections.abc import Callable
from pathlib import Path

import making
import pytest
from making import Child, offered
from watching import audited, forget_mails, mails, require_only

from s2s_tui.base.errors import Refused
from s2s_tui.rules import ctf
from s2s_tui.rules.roles import Actor
from s2s_tui.rules.split import take_apart
from s2s_tui.services import establishments, files, phase_files, transfers, uploads
from s2s_tui.services.site import Site
from s2s_tui.store.models import Transfer

On = Callable[..., Actor]


def send_bulk(site: Site, on: On, *serials: int, number: int = 1) -> int:
    kids = [Child(making.upn(serial), surname=f"Llwyd {serial:03}") for serial in serials]
    receipt = uploads.upload(on("school", "6804012"), site, offered("6804012", "680LLLL", number, kids))
    assert receipt.id is not None, receipt
    return receipt.id


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def gathered(site: Site, on: On, inbox: Path) -> list[Path]:
    return [saved.path for saved in phase_files.gather(on("user", "680"), site, inbox)]


def allocation(*places: tuple[int, str]) -> list[str]:
    return ["upn,school\n", *(f"{making.upn(serial)},{school}\n" for serial, school in places)]


@pytest.mark.requirement("R-PHA-1")
def test_only_roles_with_the_permission_gather_and_split(site: Site, tmp_path: Path) -> None:
    require_only(
        site,
        "phase",
        lambda actor: phase_files.gather(actor, site, tmp_path),
        lambda actor: phase_files.split(actor, site, [], ["upn,school"], tmp_path),
    )


@pytest.mark.requirement("R-PHA-1")
def test_all_that_waits_is_gathered_as_it_came_and_nothing_is_written_over(
    site: Site, on: On, inbox: Path
) -> None:
    first, second = send_bulk(site, on, 1, 2), send_bulk(site, on, 3, number=2)
    clerk = on("user", "680")
    (inbox / "6804012_CTF_680LLLL_002.XML").write_text("mine")
    told: list[tuple[int, int]] = []
    (saved,) = phase_files.gather(clerk, site, inbox, lambda done, total: told.append((done, total)))
    assert (saved.ids, saved.to_confirm) == ((first,), (first,))
    assert saved.path.read_bytes() == making.ctf(
        "6804012", "680LLLL", [Child(making.upn(n), surname=f"Llwyd {n:03}") for n in (1, 2)]
    )
    assert told == [(1, 2), (2, 2)]
    assert (inbox / "6804012_CTF_680LLLL_002.XML").read_text() == "mine"
    assert phase_files.gather(clerk, site, inbox) == ()
    assert phase_files.gather(on("user", "681"), site, inbox) == ()
    with site.store.connection():
        assert {row.state for row in Transfer.select().where(Transfer.id.in_([first, second]))} == {
            "awaiting"
        }


@pytest.mark.requirement("R-PHA-1")
def test_a_missing_folder_is_told_before_anything_is_done(site: Site, on: On, tmp_path: Path) -> None:
    send_bulk(site, on, 1)
    clerk = on("user", "680")
    for act in (
        lambda: phase_files.gather(clerk, site, tmp_path / "no"),
        lambda: phase_files.split(clerk, site, [], allocation(), tmp_path / "no"),
    ):
        with pytest.raises(Refused) as told:
            act()
        assert told.value.code == "folder-missing"
    assert audited(site, "download", "phase-split") == []


@pytest.mark.requirement("R-PHA-1")
def test_bulk_files_are_split_into_a_file_a_school_which_then_are_sent(
    site: Site, on: On, inbox: Path, out: Path
) -> None:
    send_bulk(site, on, 1, 2, 3)
    send_bulk(site, on, 3, 4, number=2)
    paths = gathered(site, on, inbox)
    (inbox / "notes.txt").write_text("no CTF")
    (inbox / "6804012_CTF_680LLLL_009.XML").write_text("<CTfile>")
    clerk = on("user", "680")
    told = phase_files.split(
        clerk,
        site,
        [*paths, inbox / "notes.txt", inbox / "6804012_CTF_680LLLL_009.XML", inbox / "gone.XML"],
        allocation((1, "6804031"), (3, "6814053"), (2, "6809999"), (77, "6804031")),
        out,
    )
    assert [(one.path.name, one.school, one.pupils) for one in told.written] == [
        ("680LLLL_CTF_6804031_001.XML", "6804031", 1),
        ("680LLLL_CTF_6814053_001.XML", "6814053", 2),
    ]
    assert told.unallocated == (
        ("6804012_CTF_680LLLL_001.XML", making.upn(2)),
        ("6804012_CTF_680LLLL_002.XML", making.upn(4)),
    )
    assert told.unknown == ((5, making.upn(77)),)
    assert told.wrong == ((4, "6809999"),)
    assert told.twice == (making.upn(3),)
    assert told.unread == ("notes.txt", "6804012_CTF_680LLLL_009.XML", "gone.XML")
    content = told.written[1].path.read_bytes()
    found = ctf.read(content, source="680LLLL", destination="6814053", today=making.past(0))
    assert [pupil.upn for pupil in found.pupils] == [making.upn(3)] * 2
    (original,) = [
        piece.xml for piece in take_apart(paths[1].read_bytes()).pieces if piece.upn == making.upn(3)
    ]
    assert content.count(original) == 2
    forget_mails(site)
    sent = list(uploads.upload_all(clerk, site, files.listed([out])))
    assert [receipt.status for receipt in sent] == ["sent", "sent"]
    again = uploads.upload_all(clerk, site, files.listed([out]))
    assert [receipt.status for receipt in again] == ["already-sent"] * 2
    assert [about for about, _ in mails(site)].count("arrived") == 2
    assert audited(site, "phase-split") == [(clerk.user, "", "done")]


@pytest.mark.requirement("R-DWN-6")
def test_where_one_name_is_there_already_no_file_is_written(
    site: Site, on: On, inbox: Path, out: Path
) -> None:
    send_bulk(site, on, 1, 2)
    paths = gathered(site, on, inbox)
    (out / "680LLLL_CTF_6814053_001.XML").write_text("mine")
    with pytest.raises(Refused) as told:
        phase_files.split(on("user", "680"), site, paths, allocation((1, "6804031"), (2, "6814053")), out)
    assert told.value.code == "file-exists"
    assert [path.name for path in out.iterdir()] == ["680LLLL_CTF_6814053_001.XML"]


@pytest.mark.requirement("R-PHA-1")
def test_no_file_is_made_for_a_school_that_takes_none(site: Site, on: On, inbox: Path, out: Path) -> None:
    send_bulk(site, on, 1, 2)
    paths = gathered(site, on, inbox)
    establishments.merge(on("wg", "WG"), site, "6804031", "6802310", making.past(0))
    told = phase_files.split(
        on("user", "680"), site, paths, allocation((1, "6804031"), (2, "6802310"), (2, "6814053")), out
    )
    assert told.written == ()
    assert told.wrong == ((2, "6804031"), (3, making.upn(2)), (4, making.upn(2)))
    assert len(told.unallocated) == 2


@pytest.mark.requirement("R-PHA-1")
def test_a_link_in_the_folder_is_not_followed(site: Site, on: On, inbox: Path, out: Path) -> None:
    send_bulk(site, on, 1)
    (path,) = gathered(site, on, inbox)
    link = out / path.name
    link.symlink_to(path)
    told = phase_files.split(on("user", "680"), site, [link], allocation((1, "6804031")), out)
    assert (told.written, told.unread) == ((), (path.name,))


@pytest.mark.requirement("R-DWN-3")
def test_what_was_gathered_is_confirmed_as_any_download(site: Site, on: On, inbox: Path) -> None:
    bulk = send_bulk(site, on, 1)
    clerk = on("user", "680")
    phase_files.gather(clerk, site, inbox)
    (outcome,) = transfers.confirm(clerk, site, [bulk])
    assert outcome.ok
