"""Other organisations' things by their ids, and ids that are none."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import making
import pytest
import steps

from s2s_tui.base.errors import NotFound, NotLoggedOn, Refused, S2SError
from s2s_tui.rules.roles import Actor
from s2s_tui.services import (
    accounts,
    authorities,
    downloads,
    drafts,
    establishments,
    forwarding,
    groups,
    inbox,
    lost,
    message_sending,
    messages,
    outbox,
    phase,
    school_changes,
    school_import,
    schools,
    sent_messages,
    standing,
    templates,
    transfers,
    uncollected,
    uploads,
    user_changes,
    user_passwords,
    users,
)
from s2s_tui.services.drafts import Draft
from s2s_tui.services.reports import holidays, saved
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.search import LookedFor
from s2s_tui.services.site import Site
from s2s_tui.store.models import Allocation, AuditEntry, LostPupil, StandingSearch, Transfer

On = Callable[..., Actor]
Act = Callable[[Actor, Site, int, Path], Any]

FILES: dict[str, Act] = {
    "show": lambda actor, site, key, _: transfers.show(actor, site, key),
    "download": lambda actor, site, key, folder: downloads.download(actor, site, [key], folder),
    "available": lambda actor, site, key, _: downloads.available(actor, site, [key]),
    "confirm": lambda actor, site, key, _: transfers.confirm(actor, site, [key]),
    "reject": lambda actor, site, key, _: transfers.reject(actor, site, [key], "why"),
    "recall": lambda actor, site, key, _: transfers.recall(actor, site, key, "why"),
    "delete": lambda actor, site, key, _: uncollected.delete(actor, site, [key], "why"),
    "chase": lambda actor, site, key, _: uncollected.chase(actor, site, [key]),
    "forward": lambda actor, site, key, _: forwarding.forward(actor, site, key, "6804012"),
}
SEATS: dict[str, Act] = {
    "assign": lambda actor, site, key, _: phase.assign(actor, site, [key], "6804012"),
    "restore": lambda actor, site, key, _: phase.restore(actor, site, {key: "6804012"}),
    "change": lambda actor, site, key, _: phase.change_place(actor, site, key, "6804012"),
}
SEARCHES: dict[str, Act] = {
    "remove": lambda actor, site, key, _: standing.remove(actor, site, key),
}
LOST: dict[str, Act] = {
    "show": lambda actor, site, key, _: lost.show(actor, site, key),
    "download": lambda actor, site, key, folder: lost.download(actor, site, key, folder, on_roll=True),
    "confirm": lambda actor, site, key, _: lost.confirm(actor, site, key),
    "forward": lambda actor, site, key, _: lost.forward(actor, site, key, "6804012", on_roll=True),
    "put back": lambda actor, site, key, _: lost.put_back(actor, site, key),
    "remove": lambda actor, site, key, _: lost.remove(actor, site, [key], "why"),
}
CASES = [
    *(("user", name, act) for name, act in FILES.items()),
    *(("user", name, act) for name, act in SEATS.items()),
    *(("lost-pupil", name, act) for name, act in SEARCHES.items()),
]


@pytest.fixture
def strange(site: Site, on: On) -> dict[str, int]:
    """Ids of things of 681: a file between its schools, a pupil of its board, a kept search, a lost pupil."""
    school = on("school", "6814053")

    def sent(destination: str, number: int) -> int:
        child = making.Child(making.upn(number, "6814053"))
        receipt = uploads.upload(school, site, making.offered("6814053", destination, number, [child]))
        assert receipt.id is not None, receipt
        return receipt.id

    file = sent("6814060", 1)
    sent("681LLLL", 2)
    phase.take_in(on("user", "681"), site)
    search = standing.keep(on("lost-pupil", "681"), site, LookedFor(surname="Llwyd"))
    lost_file = sent("XXXXXXX", 3)
    with site.store.connection():
        seat = Allocation.get().id
        pupil = LostPupil.get(LostPupil.transfer == lost_file).id
    return {"file": file, "seat": seat, "search": search, "lost": pupil}


def _outcome(act: Act, actor: Actor, site: Site, key: int, folder: Path) -> tuple[Any, ...]:
    """What the actor gets to know, and what its authority's log says, with the id left out."""
    with site.store.connection():
        before = AuditEntry.select().count()
    try:
        found = act(actor, site, key, folder)
        assert all(not one.ok for one in found), found
        (one,) = found
        error = one.error
        assert one.name == "", "a name that is nobody's business"
    except S2SError as raised:
        error = raised
    assert isinstance(error, NotFound)
    with site.store.connection():
        rows = list(AuditEntry.select().order_by(AuditEntry.id))[before:]
    log = [(row.chain, row.action, row.subject == str(key), row.outcome, row.details) for row in rows]
    return error.code, set(error.params), error.params["id"] == key, log


@pytest.mark.requirement("R-SYS-3")
@pytest.mark.parametrize(("role", "name", "act"), CASES, ids=[f"{name}-{role}" for role, name, _ in CASES])
def test_what_is_anothers_answers_and_is_put_on_record_as_what_is_not_there(
    site: Site, on: On, strange: dict[str, int], tmp_path: Path, role: str, name: str, act: Act
) -> None:
    actor = on(role, "680")
    key = strange["search" if name == "remove" else "seat" if name in SEATS else "file"]
    theirs = _outcome(act, actor, site, key, tmp_path)
    nobodys = _outcome(act, actor, site, 999_999, tmp_path)
    assert theirs == nobodys
    assert theirs[-1], "a refusal is put on record"
    assert list(tmp_path.glob("*.XML")) == []
    with site.store.connection():
        assert {row.state for row in Transfer.select()} == {"awaiting"}
        assert Allocation.get().school is None
        assert StandingSearch.get().ended_at is None


@pytest.mark.parametrize("key", [0, -1, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30])
def test_an_id_of_any_size_is_nobodys(
    site: Site, on: On, strange: dict[str, int], tmp_path: Path, key: int
) -> None:
    clerk, searcher = on("user", "680"), on("lost-pupil-transfer", "680")
    acts = [(clerk, act) for act in (FILES | SEATS).values()]
    acts += [(searcher, act) for act in [*LOST.values(), *SEARCHES.values()]]
    acts.append((clerk, lambda _actor, site, key, _folder: outbox.letter(site, key)))
    for actor, act in acts:
        try:
            told = [outcome.error for outcome in act(actor, site, key, tmp_path)]
        except NotFound as error:
            told = [error]
        assert [error.params["id"] for error in told] == [key]


@pytest.mark.requirement("R-SYS-7")
def test_an_authority_does_not_call_back_what_a_school_sent_to_itself(site: Site, on: On) -> None:
    """It only watches over that school: neither its file to send nor its file to call back."""
    school = on("school", "6804012")
    receipt = uploads.upload(school, site, making.offered("6804012", "6804012"))
    assert receipt.id is not None, receipt
    with pytest.raises(Refused, match="not-sender"):
        transfers.recall(on("user", "680"), site, receipt.id, "ours?")
    assert transfers.recall(school, site, receipt.id, "ours")


@pytest.mark.requirement("R-LPD-9")
def test_another_authoritys_lost_pupils_are_not_removed(site: Site, on: On, strange: dict[str, int]) -> None:
    (outcome,) = lost.remove(on("lost-pupil", "680"), site, [strange["lost"]], "why")
    assert isinstance(outcome.error, NotFound)
    assert outcome.name == ""


MESSAGES: dict[str, Act] = {
    "show": lambda actor, site, key, _: messages.show(actor, site, key),
    "readings": lambda actor, site, key, _: messages.readings(actor, site, key),
    "recall": lambda actor, site, key, _: messages.recall(actor, site, key),
    "print": lambda actor, site, key, folder: messages.save_text(actor, site, key, folder),
    "delete": lambda actor, site, key, _: messages.delete(actor, site, [key]),
    "begin to answer": lambda actor, site, key, _: message_sending.begin_answer(actor, site, key),
    "reply": lambda actor, site, key, _: message_sending.reply(actor, site, key, "yes", to_all=True),
    "answer": lambda actor, site, key, _: message_sending.send(
        actor, site, ["6804012"], "Re", "yes", answers=key
    ),
    "draft": lambda actor, site, key, _: drafts.show(actor, site, key),
    "template": lambda actor, site, key, _: templates.show(actor, site, str(key)),
    "template copied": lambda actor, site, key, _: templates.copy(actor, site, str(key)),
    "template changed": lambda actor, site, key, _: templates.update(actor, site, str(key), text="x"),
    "template deleted": lambda actor, site, key, _: templates.delete(actor, site, str(key)),
    "template filled": lambda actor, site, key, _: templates.filled(actor, site, str(key), ["6804012"]),
    "group": lambda actor, site, key, _: groups.show(actor, site, str(key)),
    "group copied": lambda actor, site, key, _: groups.copy(actor, site, str(key)),
    "group changed": lambda actor, site, key, _: groups.update(actor, site, str(key), title="x"),
    "group deleted": lambda actor, site, key, _: groups.delete(actor, site, str(key)),
}


@pytest.fixture
def written(site: Site, on: On) -> dict[str, int]:
    """Ids of what 681 has written: a message between its own, a draft, a template, a group."""
    clerk = on("user", "681")
    message = message_sending.send(clerk, site, ["6814053"], "Ours", "About a pupil.").id
    draft = drafts.save(clerk, site, Draft(subject="Ours", text="About a pupil.")).id
    assert draft is not None
    return {
        "message": message,
        "draft": draft,
        "template": int(templates.add(clerk, site, "Ours", "Ours", "About a pupil.").id),
        "group": int(groups.add(clerk, site, "Ours", ["6814053"]).id),
    }


def _told(act: Act, actor: Actor, site: Site, key: int, folder: Path) -> tuple[str, str, list[Any]]:
    """Code and words of a refusal, and what is on record of it, with the id left out."""
    with site.store.connection():
        before = AuditEntry.select().count()
    try:
        (found,) = act(actor, site, key, folder)
        error = found.error
        assert found.name == "", "a subject that is nobody's business"
    except S2SError as raised:
        error = raised
    assert isinstance(error, NotFound)
    with site.store.connection():
        rows = list(AuditEntry.select().order_by(AuditEntry.id))[before:]
    log = [(row.chain, row.action, row.subject == str(key), row.outcome, row.details) for row in rows]
    return error.code, str(error.params).replace(str(key), "?"), log


@pytest.mark.requirement("R-MSG-1", "R-MSG-4")
@pytest.mark.parametrize("role", ["user", "dba", "school", "wg"])
def test_what_others_have_written_is_not_there(
    site: Site, on: On, written: dict[str, int], tmp_path: Path, role: str
) -> None:
    """Nor does anything of it change: neither another authority, another role of the same, nor WG."""
    actor = on(role, {"user": "680", "dba": "681", "school": "6814060", "wg": "WG"}[role])
    shared = {"template", "group"} if role == "dba" else set()
    for name, act in MESSAGES.items():
        kind = name.split()[0] if name.split()[0] in written else "message"
        if kind in shared:
            continue
        theirs = _told(act, actor, site, written[kind], tmp_path)
        assert theirs == _told(act, actor, site, 999_999, tmp_path), name
        assert theirs[-1], f"{name}: a refusal is put on record"
    for key in written.values():
        assert inbox.received(actor, site).position(key) is None
        assert sent_messages.sent(actor, site).position(key) is None
    assert drafts.drop(actor, site, [written["draft"]]) == 0
    with pytest.raises(NotFound):
        drafts.save(actor, site, Draft(id=written["draft"], text="ours now"))
    with pytest.raises(NotFound, match="draft-unknown"):
        message_sending.send(actor, site, ["6804012"], "x", "x", draft=written["draft"])
    assert list(tmp_path.glob("*.txt")) == []
    clerk = on("user", "681")
    assert messages.show(clerk, site, written["message"]).unread == 1
    assert drafts.show(clerk, site, written["draft"]).text == "About a pupil."
    assert templates.show(clerk, site, str(written["template"])).text == "About a pupil."
    assert groups.show(clerk, site, str(written["group"])).title == "Ours"


@pytest.mark.parametrize("key", [0, -1, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30])
def test_an_id_of_any_size_is_nobodys_message(site: Site, on: On, tmp_path: Path, key: int) -> None:
    clerk = on("user", "680")
    for name, act in MESSAGES.items():
        assert _told(act, clerk, site, key, tmp_path)[0].endswith("-unknown"), name
    assert drafts.drop(clerk, site, [key]) == 0
    assert inbox.received(clerk, site).position(key) is None
    assert sent_messages.sent(clerk, site).position(key) is None
    with pytest.raises(NotFound, match="draft-unknown"):
        message_sending.send(clerk, site, ["6804012"], "x", "x", draft=key)
    with pytest.raises(NotFound, match="holiday-unknown"):
        holidays.remove(on("dba", "680"), site, [key])
    with pytest.raises(NotFound, match="draft-unknown"):
        drafts.save(clerk, site, Draft(id=key))


NAMED: dict[str, Callable[[Actor, Site, str], Any]] = {
    "user": lambda actor, site, name: users.show(actor, site, name),
    "user corrected": lambda actor, site, name: user_changes.update(actor, site, name, contact="x"),
    "role": lambda actor, site, name: user_changes.set_role(actor, site, name, "plasc"),
    "user deleted": lambda actor, site, name: user_changes.delete(actor, site, name),
    "user off": lambda actor, site, name: user_changes.set_active(actor, site, name, False),
    "password": lambda actor, site, name: user_passwords.reset(actor, site, name),
    "unlock": lambda actor, site, name: user_passwords.unlock(actor, site, name),
    "factor": lambda actor, site, name: user_passwords.forget_second_factor(actor, site, name),
    "school": lambda actor, site, name: schools.show(actor, site, name),
    "school changed": lambda actor, site, name: school_changes.update(actor, site, name, {"town": "x"}),
    "school previewed": lambda actor, site, name: school_changes.preview(actor, site, name, {"town": "x"}),
    "school off": lambda actor, site, name: school_changes.set_active(actor, site, name, False),
    "kept report": lambda actor, site, name: saved.load(actor, site, name),
    "kept report gone": lambda actor, site, name: saved.remove(actor, site, name),
}


@pytest.mark.requirement("R-USR-2", "R-SCH-1")
@pytest.mark.parametrize("name", NAMED)
def test_anothers_account_school_or_kept_report_answers_as_one_that_is_not_there(
    site: Site, on: On, name: str
) -> None:
    dba = on("dba", "680")
    saved.save(on("dba", "681"), site, "ours", "usage", Wanted())
    theirs = {"school": ["6814053"], "kept": ["ours"]}.get(name.split()[0], ["681user", "s6814053", "wg"])
    nobodys = {"school": "6809999", "kept": "nowhere"}.get(name.split()[0], "nobody")

    def told(key: str) -> tuple[str, str, list[Any]]:
        return _told(lambda actor, site, _key, _folder: NAMED[name](actor, site, key), dba, site, -7, Path())

    for one in theirs:
        code, params, log = told(one)
        other_code, other_params, other_log = told(nobodys)
        assert (code, params.replace(one, "?")) == (other_code, other_params.replace(nobodys, "?"))
        assert [entry[1:] for entry in log] == [entry[1:] for entry in other_log]


@pytest.mark.requirement("R-SYS-3", "R-SCH-3")
@pytest.mark.parametrize(
    ("action", "act"),
    [
        ("school-open", lambda wg, site: establishments.open_school(wg, site, "6804012", {"name": "x"})),
        ("school-close", lambda wg, site: establishments.close(wg, site, "6809999", making.NOW.date())),
        ("school-close", lambda wg, site: establishments.close(wg, site, "6804012", date(2030, 1, 1))),
        ("school-merge", lambda wg, site: establishments.merge(wg, site, "6804012", "6809999", date.min)),
        ("school-merge", lambda wg, site: establishments.merge(wg, site, "6804012", "6804012", date.min)),
    ],
)
def test_what_is_refused_of_a_school_is_put_on_record_and_changes_nothing(
    site: Site, on: On, action: str, act: Callable[[Actor, Site], Any]
) -> None:
    wg = on("wg", "WG")
    with pytest.raises(S2SError) as caught:
        act(wg, site)
    assert steps.last_entry(site, "WG")[::2] == (action, caught.value.code)
    assert schools.show(wg, site, "6804012").state == "open"


@pytest.mark.requirement("R-SCH-3")
def test_what_is_closed_is_not_opened_again_by_its_account(site: Site, on: On) -> None:
    """Closing is WG's: a DBA who makes the account active again would let a closed school write on."""
    wg, dba = on("wg", "WG"), on("dba", "680")
    establishments.close(wg, site, "6804012", making.NOW.date())
    with pytest.raises(Refused, match="school-closed"):
        user_changes.set_active(dba, site, "s6804012", True)
    user_passwords.reset(dba, site, "s6804012")
    establishments.close(wg, site, "6604025", making.NOW.date())
    authorities.close(wg, site, "660", making.NOW.date())
    with pytest.raises(Refused, match="la-closed"):
        user_changes.set_active(wg, site, "660dba", True)
    for name in ("s6804012", "660dba", "s6604025"):
        with pytest.raises(NotLoggedOn):
            accounts.log_on(site, name, making.PASSWORD)


@pytest.mark.requirement("R-SYS-3", "R-USR-1")
@pytest.mark.parametrize("name", ["system", "System", "S2S", "s2s", "WG"])
def test_nobody_is_called_as_the_program_itself_is_in_the_log(lite: Site, name: str) -> None:
    dba = making.logged_on(lite, "dba", "680")
    new = user_changes.NewUser(username=name, role="plasc", organisation="680", email="a@newport.gov.uk")
    with pytest.raises(Refused, match="username-taken"):
        user_changes.add(dba, lite, new)
    with pytest.raises(Refused, match="username-taken"):
        school_changes.update(dba, lite, "6804012", {"username": name})


@pytest.mark.requirement("R-SCH-3")
def test_no_register_opens_a_school_of_an_authority_that_has_closed(
    site: Site, on: On, tmp_path: Path
) -> None:
    """Nobody could look after it: its authority's accounts are shut."""
    wg, day = on("wg", "WG"), making.NOW.date()
    establishments.open_school(wg, site, "6624998", {"name": "Ysgol Hen"})
    establishments.close(wg, site, "6624998", day)
    authorities.close(wg, site, "662", day)
    register = tmp_path / "register.csv"
    for row, line in (("6624999,Ysgol Newydd,Open", 2), ("6624998,Ysgol Hen,Open", 2)):
        register.write_text(f"number,name,status\n{row}\n6624997,Ysgol Arall,Closed\n")
        with pytest.raises(school_import.RegisterWrong) as told:
            school_import.bring_in(wg, site, register)
        assert [(cell.line, cell.error.code) for cell in told.value.cells] == [(line, "la-closed")]
    register.write_text("number,name,status\n6624998,Ysgol Hen,Closed\n6624997,Ysgol Arall,Closed\n")
    assert school_import.bring_in(wg, site, register).items == ()


@pytest.mark.requirement("R-SCH-3")
def test_no_register_gives_a_schools_files_to_one_that_it_closes_too(
    site: Site, on: On, tmp_path: Path
) -> None:
    """The successor is in no row, so it would be closed as missing a moment later, the files with it."""
    register = tmp_path / "register.csv"
    register.write_text(
        "number,name,status,successor\n6804031,St Woolos,Closed,6804012\n6802310,Ringland Primary,Open,\n"
    )
    wg = on("wg", "WG")
    with pytest.raises(Refused, match="register-rows"):
        school_import.bring_in(wg, site, register, close_missing=True)
    assert [item.into for item in school_import.bring_in(wg, site, register).of("merge")] == ["6804012"]
