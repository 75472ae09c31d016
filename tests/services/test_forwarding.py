"""Passing files on: byte for byte what came, and nothing else under another school's name (R-UPL-5)."""

from collections.abc import Callable

import making
import pytest
from making import Child, offered
from watching import (
    at_once,
    audited,
    errors,
    every_write_fails_once,
    forget_mails,
    mails,
    require_nothing_personal,
)

from s2s_tui.base.errors import NotAllowed, NotFound, Refused
from s2s_tui.rules.roles import Actor
from s2s_tui.services import downloads, establishments, forwarding, lost, transfers, uploads
from s2s_tui.services.files import Offered
from s2s_tui.services.site import Site
from s2s_tui.store.models import Download, Establishment, LostPupil, Transfer

On = Callable[..., Actor]
NAME = "6804012_CTF_6802310_001.XML"


@pytest.fixture
def file(site: Site, on: On) -> int:
    """A CTF that 6804012 sent to the authority 680."""
    receipt = uploads.upload(on("school", "6804012"), site, offered("6804012", "680LLLL"))
    assert receipt.id is not None
    forget_mails(site)
    return receipt.id


def bytes_of(site: Site, source: str = "6804012", destination: str = "680LLLL") -> bytes:
    return making.ctf(source, destination)


def rows(site: Site, destination: str) -> list[tuple[str, str, str, str | None, int | None]]:
    with site.store.connection():
        return [
            (row.name, row.state, row.sender, row.on_behalf_of, row.forwarded_from)
            for row in Transfer.select().where(Transfer.destination == destination).order_by(Transfer.id)
        ]


@pytest.mark.requirement("R-UPL-5")
@pytest.mark.parametrize("role", ["dba", "user", "la-school", "lost-pupil-transfer"])
def test_an_authority_passes_on_what_came_to_it_unchanged(site: Site, on: On, file: int, role: str) -> None:
    clerk = on(role, "680")
    receipt = forwarding.forward(clerk, site, file, "6802310")
    assert (receipt.status, receipt.file) == ("sent", NAME), receipt
    assert rows(site, "6802310") == [(NAME, "awaiting", "680", None, file)]
    with site.store.connection():
        came, went = Transfer.get(Transfer.id == file), Transfer.get(Transfer.id == receipt.id)
    assert (came.state, came.content_id) == ("collected", went.content_id)
    assert mails(site) == [
        ("arrived", "office@s6802310.example"),
        ("collected", "office@s6804012.example"),
        ("confirmed", "data@la680.example"),
    ]
    require_nothing_personal(site)
    assert audited(site, "forward") == [(clerk.user, "6804012_CTF_680LLLL_001.XML", "done")]


@pytest.mark.requirement("R-UPL-7")
def test_the_final_mail_of_a_forwarded_file_goes_to_the_authority_and_the_source(
    site: Site, on: On, file: int, tmp_path
) -> None:
    new = forwarding.forward(on("user", "680"), site, file, "6814053").id
    forget_mails(site)
    school = on("school", "6814053")
    downloads.download(school, site, [new], tmp_path)
    transfers.confirm(school, site, [new])
    assert mails(site) == [
        ("collected", "data@la680.example"),
        ("collected", "office@s6804012.example"),
    ]


@pytest.mark.requirement("R-UPL-5")
def test_who_may_not_send_ctfs_may_not_forward(site: Site, on: On, file: int) -> None:
    for role, where in (("plasc", "680"), ("admissions", "680"), ("dba-view", "680"), ("wg", "WG")):
        with pytest.raises((NotAllowed, NotFound)):
            forwarding.forward(on(role, where), site, file, "6802310")
    assert rows(site, "6802310") == []


@pytest.mark.requirement("R-UPL-5")
@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30, 999_999])
def test_a_number_that_no_file_has_is_unknown(site: Site, on: On, number: int) -> None:
    with pytest.raises(NotFound):
        forwarding.forward(on("user", "680"), site, number, "6802310")


@pytest.mark.requirement("R-UPL-5")
def test_another_authoritys_file_is_unknown(site: Site, on: On, file: int) -> None:
    with pytest.raises(NotFound) as told:
        forwarding.forward(on("user", "681"), site, file, "6814053")
    assert told.value.code == "file-unknown"


@pytest.mark.requirement("R-UPL-5")
def test_only_what_came_to_the_authority_itself_is_forwarded(site: Site, on: On, file: int) -> None:
    between = uploads.upload(on("school", "6804012"), site, offered("6804012", "6804031")).id
    for actor, number in ((on("user", "680"), between), (on("school", "6804012"), file)):
        with pytest.raises(Refused) as told:
            forwarding.forward(actor, site, number, "6802310")
        assert told.value.code == "not-forwardable"
    assert [outcome for *_, outcome in audited(site, "forward")] == ["not-forwardable"] * 2


@pytest.mark.requirement("R-UPL-5")
def test_a_refused_forward_changes_nothing(site: Site, on: On, file: int) -> None:
    clerk = on("user", "680")
    establishments.close(on("wg", "WG"), site, "6802310", making.past(0))
    site.store.write(
        lambda: Establishment.update(active=False).where(Establishment.number == "6814060").execute()
    )
    for school, code in (
        ("6802310", "destination-closed"),
        ("6814060", "destination-inactive"),
        ("6809999", "destination-unknown"),
    ):
        receipt = forwarding.forward(clerk, site, file, school)
        assert receipt.status == "refused"
        assert code in [problem.code for problem in receipt.problems]
    for school in ("", "681LLLL", "XXXXXXX", "'; --", "\0"):
        with pytest.raises(Refused) as told:
            forwarding.forward(clerk, site, file, school)
        assert told.value.code == "forward-school"
    with site.store.connection():
        assert Transfer.get(Transfer.id == file).state == "awaiting"
        assert Download.select().count() == 0
    assert mails(site) == []
    assert [outcome for *_, outcome in audited(site, "forward")] == ["refused"] * 3 + ["forward-school"] * 5
    # Nothing was downloaded, so there is nothing to confirm.
    (outcome,) = transfers.confirm(clerk, site, [file])
    assert outcome.error is not None
    assert outcome.error.code == "not-downloaded"


@pytest.mark.requirement("R-UPL-5")
def test_the_same_file_goes_to_the_same_school_once(site: Site, on: On, file: int) -> None:
    clerk = on("user", "680")
    forwarding.forward(clerk, site, file, "6802310")
    with pytest.raises(Refused) as told:
        forwarding.forward(on("dba", "680"), site, file, "6802310")
    assert told.value.code == "forwarded-already"
    assert forwarding.forward(clerk, site, file, "6804031").status == "sent"


@pytest.mark.requirement("R-UPL-5")
@pytest.mark.parametrize("schools", [("6802310", "6802310"), ("6802310", "6804031")])
def test_of_two_who_forward_at_once_one_does_and_the_other_is_told(
    site: Site, on: On, file: int, schools: tuple[str, str]
) -> None:
    one, two = on("user", "680"), on("dba", "680")
    results = at_once(
        site,
        lambda: forwarding.forward(one, site, file, schools[0]),
        lambda: forwarding.forward(two, site, file, schools[1]),
    )
    told = errors(results)
    with site.store.connection():
        sent = Transfer.select().where(Transfer.forwarded_from == file).count()
    # Where the second began after the first had finished, it knew of a collected file.
    assert (told, sent) in ((["file-moved"], 1), (["forwarded-already"], 1)) or (
        schools[0] != schools[1] and (told, sent) == ([], 2)
    )
    assert [about for about, _ in mails(site)].count("collected") == 1


@pytest.mark.requirement("R-UPL-5")
def test_of_a_forward_and_a_rejection_at_once_one_wins(site: Site, on: On, file: int) -> None:
    one, two = on("user", "680"), on("dba", "680")
    results = at_once(
        site,
        lambda: forwarding.forward(one, site, file, "6802310"),
        lambda: transfers.reject(two, site, [file], "not ours"),
    )
    with site.store.connection():
        state = Transfer.get(Transfer.id == file).state
        sent = Transfer.select().where(Transfer.forwarded_from == file).count()
    final = [about for about, _ in mails(site) if about in ("collected", "rejected")]
    assert (state, sent, final) in (("collected", 1, ["collected"]), ("rejected", 0, ["rejected"]))
    told = errors(results) + [outcome.error.code for outcome in results[1] if outcome.error]
    assert told in (["file-moved"], ["file-gone"])


@pytest.mark.requirement("R-UPL-5")
@pytest.mark.parametrize("act", ["reject", "recall", "recall-collected"])
def test_what_was_rejected_or_called_back_goes_nowhere(
    site: Site, on: On, file: int, act: str, tmp_path
) -> None:
    clerk = on("user", "680")
    saved = downloads.download(clerk, site, [file], tmp_path).path.read_bytes()
    if act == "recall-collected":
        transfers.confirm(clerk, site, [file])
    if act == "reject":
        transfers.reject(clerk, site, [file], "not ours")
    else:
        transfers.recall(on("school", "6804012"), site, file, "wrong child")
    with pytest.raises(Refused) as told:
        forwarding.forward(clerk, site, file, "6802310")
    assert told.value.code == "file-gone"
    receipt = uploads.upload(clerk, site, Offered(NAME, saved))
    assert receipt.status == "refused"
    assert "source-not-own" in [problem.code for problem in receipt.problems]


@pytest.mark.requirement("R-UPL-5")
def test_a_forward_that_is_tried_again_sends_once(site: Site, on: On, file: int) -> None:
    clerk = on("user", "680")
    with every_write_fails_once() as undone:
        assert forwarding.forward(clerk, site, file, "6802310").status == "sent"
    assert len(undone) == 1
    assert len(rows(site, "6802310")) == 1
    assert len(mails(site)) == 3
    with site.store.connection():
        assert Download.select().count() == 1


# By hand: renamed and uploaded


@pytest.mark.requirement("R-UPL-5")
def test_a_downloaded_file_may_be_renamed_and_sent_on_and_nothing_else(
    site: Site, on: On, file: int, tmp_path
) -> None:
    clerk = on("user", "680")
    before = uploads.upload(clerk, site, Offered(NAME, bytes_of(site)))
    assert before.status == "refused", "nobody has downloaded it yet"
    saved = downloads.download(clerk, site, [file], tmp_path).path.read_bytes()
    assert saved == bytes_of(site)
    for content in (
        saved + b" ",
        saved.replace(b"Llwyd", b"Lloyd"),
        saved.replace(b"\n", b"\r\n"),
        making.ctf("6804012", "6802310"),
    ):
        receipt = uploads.upload(clerk, site, Offered(NAME, content))
        assert receipt.status == "refused"
        assert "source-not-own" in [problem.code for problem in receipt.problems]
    for name in (
        "6804031_CTF_6802310_001.XML",
        "6814053_CTF_6802310_001.XML",
        "6804012_CTF_681LLLL_001.XML",
    ):
        assert uploads.upload(clerk, site, Offered(name, saved)).status == "refused", name
    stranger = on("user", "681")
    assert uploads.upload(stranger, site, Offered("6804012_CTF_6814053_001.XML", saved)).status == "refused"
    receipt = uploads.upload(clerk, site, Offered(NAME, saved))
    assert receipt.status == "sent", receipt
    assert rows(site, "6802310") == [(NAME, "awaiting", "680", None, file)]


@pytest.mark.requirement("R-UPL-5")
def test_a_copy_is_no_file_to_pass_on(site: Site, on: On, tmp_path) -> None:
    between = uploads.upload(on("school", "6804012"), site, offered("6804012", "6804031")).id
    clerk = on("user", "680")
    saved = downloads.download(clerk, site, [between], tmp_path).path.read_bytes()
    assert uploads.upload(clerk, site, Offered(NAME, saved)).status == "refused"


@pytest.mark.requirement("R-UPL-5")
def test_the_lea_school_role_passes_on_a_file_of_a_school_that_it_acts_for(
    site: Site, on: On, file: int, tmp_path
) -> None:
    clerk = on("la-school", "680")
    saved = downloads.download(clerk, site, [file], tmp_path).path.read_bytes()
    assert uploads.upload(clerk, site, Offered(NAME, saved)).status == "sent"
    # What it forwards is no file that it sends on the school's behalf.
    assert rows(site, "6802310") == [(NAME, "awaiting", "680", None, file)]


def lost_record(site: Site, on: On, actor: Actor, source: str) -> int:
    receipt = uploads.upload(actor, site, offered(source, "XXXXXXX", 1, [Child(making.upn(1))]))
    assert receipt.status == "sent", receipt
    with site.store.connection():
        return int(LostPupil.get(LostPupil.transfer == receipt.id).id)


@pytest.mark.requirement("R-UPL-5")
def test_a_lost_pupils_file_is_passed_on_by_hand_to_an_own_school_only(site: Site, on: On, tmp_path) -> None:
    record = lost_record(site, on, on("school", "6804012"), "6804012")
    clerk, dba = on("lost-pupil-transfer", "681"), on("dba", "681")
    saved = lost.download(clerk, site, record, tmp_path, on_roll=True).path.read_bytes()
    assert uploads.upload(clerk, site, Offered("6804012_CTF_6604025_001.XML", saved)).status == "refused"
    own = Offered("6804012_CTF_6814053_001.XML", saved)
    assert uploads.upload(dba, site, own).status == "refused", "the role may not forward lost pupils"
    assert uploads.upload(clerk, site, own).status == "sent"


@pytest.mark.requirement("R-UPL-5")
@pytest.mark.parametrize("act", ["put back", "remove"])
def test_a_record_that_was_put_back_or_removed_is_not_passed_on_by_hand(
    site: Site, on: On, act: str, tmp_path
) -> None:
    record = lost_record(site, on, on("school", "6804012"), "6804012")
    clerk = on("lost-pupil-transfer", "681")
    saved = lost.download(clerk, site, record, tmp_path, on_roll=True).path.read_bytes()
    if act == "put back":
        lost.confirm(clerk, site, record)
        lost.put_back(clerk, site, record)
    else:
        lost.remove(on("lost-pupil", "680"), site, [record], "sent in error")
    receipt = uploads.upload(clerk, site, Offered("6804012_CTF_6814053_001.XML", saved))
    assert receipt.status == "refused"
