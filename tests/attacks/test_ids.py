"""Other organisations' things by their ids, and ids that are none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import making
import pytest

from s2s_tui.base.errors import NotFound, Refused, S2SError
from s2s_tui.rules.roles import Actor
from s2s_tui.services import (
    downloads,
    forwarding,
    lost,
    outbox,
    phase,
    standing,
    transfers,
    uncollected,
    uploads,
)
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
