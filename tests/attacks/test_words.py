"""Whatever words come where a name, a number or a text is asked for: an answer or a refusal, on each engine.

The faces keep most of these out; a service stands whatever its face lets through.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import making
import pytest

from s2s_tui.base.errors import S2SError
from s2s_tui.rules import messages as rules
from s2s_tui.services import (
    accounts,
    audit_log,
    authorities,
    drafts,
    establishments,
    groups,
    inbox,
    message_recipients,
    message_sending,
    school_changes,
    schools,
    sent_messages,
    standing,
    templates,
    upkeep,
    user_audit,
    user_changes,
    user_passwords,
    users,
)
from s2s_tui.services.drafts import Draft
from s2s_tui.services.reports import holidays, running, saved
from s2s_tui.services.reports.asking import Wanted
from s2s_tui.services.search import LookedFor
from s2s_tui.services.user_changes import NewUser
from s2s_tui.services.wording import say

TEXTS = [
    "\0",
    "680\0",
    "\ud800",
    "９" * 7,
    "9" * 5000,
    "' OR 1=1 --",
    "%",
    "{school}{0.__class__}",
    "\x1b[2J\n=1",
]
OVERLONG = "é" * 300
"""Longer than any column takes on a server; SQLite takes all."""
NOVEMBER = date(2026, 11, 1)
HEAD = "upn,school,leaving date,surname,forename,dob\n"
DBA, WG, CLERK = ("dba", "680"), ("wg", "WG"), ("user", "680")
LOST = ("lost-pupil", "680")
Act = Callable[[Any, Any, str], Any]


def new(**typed: str) -> NewUser:
    known = {"username": "somebody", "role": "user", "organisation": "680", "email": "a@newport.gov.uk"}
    return NewUser(**{**known, **typed})


def looked_for(**typed: str) -> LookedFor:
    filled = {name: f"Jo{text}" for name, text in typed.items()}
    return LookedFor(**{"surname": "Llwyd", "forename": "Siân", **filled})


def leaving(upn: str) -> Wanted:
    return Wanted(leavers=(HEAD, f"{upn},6804012,1.9.2026,Llwyd,Siân,19.8.2016\n"))


ACTS: dict[str, tuple[tuple[str, str], Act]] = {
    "template": (CLERK, lambda a, s, t: templates.show(a, s, t)),
    "a template's words": (CLERK, lambda a, s, t: templates.add(a, s, t, t, t)),
    "what fills a template": (CLERK, lambda a, s, t: templates.filled(a, s, "ctf-request.en", [t])),
    "group": (CLERK, lambda a, s, t: groups.show(a, s, t)),
    "a group's title": (CLERK, lambda a, s, t: groups.add(a, s, t, ["6804012"])),
    "draft": (CLERK, lambda a, s, t: drafts.save(a, s, Draft((t,), t[:200], t, t))),
    "recipient": (CLERK, lambda a, s, t: message_sending.send(a, s, [t], "x", "x")),
    "message": (CLERK, lambda a, s, t: message_sending.send(a, s, ["6804012"], t, t, template=t)),
    "whose schools": (CLERK, lambda a, s, t: message_recipients.schools(a, s, t, t)),
    "which school": (CLERK, lambda a, s, t: message_recipients.school(a, s, t, t)),
    "in the inbox": (CLERK, lambda a, s, t: inbox.received(a, s, t).page()),
    "inbox by": (CLERK, lambda a, s, t: inbox.received(a, s).page(sort=t)),
    "among the sent": (CLERK, lambda a, s, t: sent_messages.sent(a, s, t).page()),
    "among users": (DBA, lambda a, s, t: users.accounts(a, s, "", t).page()),
    "place of a user": (DBA, lambda a, s, t: users.accounts(a, s).position(t)),
    "user": (WG, lambda a, s, t: users.show(a, s, t)),
    "roles for": (DBA, lambda a, s, t: users.roles_for(a, s, t)),
    "username": (DBA, lambda a, s, t: user_changes.add(a, s, new(username=t))),
    "user of": (WG, lambda a, s, t: user_changes.add(a, s, new(role="dba", organisation=t))),
    "role": (DBA, lambda a, s, t: user_changes.set_role(a, s, "680user", t)),
    "contact": (DBA, lambda a, s, t: user_changes.update(a, s, "680plasc", contact=t)),
    "e-mail": (DBA, lambda a, s, t: user_changes.update(a, s, "680plasc", email=t, phone=t)),
    "whose password": (DBA, lambda a, s, t: user_passwords.reset(a, s, t)),
    "password": (DBA, lambda a, s, t: user_passwords.reset(a, s, "680plasc", password=t, again=t)),
    "among schools": (DBA, lambda a, s, t: schools.schools(a, s, "open", t).page()),
    "school": (WG, lambda a, s, t: schools.show(a, s, t)),
    "a school's field": (DBA, lambda a, s, t: school_changes.update(a, s, "6804031", {t: "x"})),
    "a school's name": (DBA, lambda a, s, t: school_changes.update(a, s, "6804031", {"name": t})),
    "open": (WG, lambda a, s, t: establishments.open_school(a, s, t, {"name": "x"})),
    "close": (WG, lambda a, s, t: establishments.close(a, s, t, NOVEMBER)),
    "merge into": (WG, lambda a, s, t: establishments.merge(a, s, "6802310", t, NOVEMBER)),
    "authority": (WG, lambda a, s, t: authorities.update(a, s, t, {"name": "x"})),
    "its name": (DBA, lambda a, s, t: authorities.update(a, s, "680", {"name_cy": t})),
    "new authority": (WG, lambda a, s, t: authorities.add(a, s, t, {"name": "x"})),
    "round of": (WG, lambda a, s, t: user_audit.entries(a, s, 0, t)),
    "answer for": (DBA, lambda a, s, t: user_audit.answer(a, s, [t], "confirm")),
    "remind": (WG, lambda a, s, t: user_audit.remind(a, s, [t])),
    **{
        f"log by {name}": (
            WG,
            lambda a, s, t, name=name: audit_log.entries(a, s, audit_log.Wanted(**{name: t})).page(),
        )
        for name in ("since", "user", "action", "organisation", "pupil")
    },
    "log of": (DBA, lambda a, s, t: audit_log.entries(a, s, audit_log.Wanted(organisation=t)).page()),
    "report": (CLERK, lambda a, s, t: running.ask(a, s, t, Wanted())),
    "report from": (CLERK, lambda a, s, t: running.ask(a, s, "usage", Wanted(start=t))),
    "report of schools": (WG, lambda a, s, t: running.ask(a, s, "usage", Wanted(schools=(t,)))),
    "report of": (WG, lambda a, s, t: running.ask(a, s, "usage", Wanted(authorities=(t,)))),
    "report by": (CLERK, lambda a, s, t: running.ask(a, s, "usage", Wanted(which=t))),
    "leaver": (CLERK, lambda a, s, t: running.ask(a, s, "lost-details", leaving(t)).page()),
    "kept report": (CLERK, lambda a, s, t: saved.save(a, s, t, "usage", Wanted())),
    "holidays of": (WG, lambda a, s, t: holidays.listed(a, s, t)),
    "holiday": (DBA, lambda a, s, t: holidays.add(a, s, "1.1.2027", "", t)),
    "holiday of": (DBA, lambda a, s, t: holidays.add(a, s, "1.1.2027", "", "x", t)),
    **{
        f"kept by {name}": (LOST, lambda a, s, t, name=name: standing.keep(a, s, looked_for(**{name: t})))
        for name in ("upn", "surname", "forename", "dob", "gender", "town")
    },
    "who": (DBA, lambda a, s, t: accounts.begin(s, t, t, origin=t)),
}  # fmt: skip


def test_any_words_end_in_an_answer_or_a_refusal_that_can_be_said(site):
    # What isn't about characters, or how many, doesn't depend on the engine.
    texts = TEXTS if site.store.url.startswith("sqlite") else [*TEXTS[1:3], OVERLONG]
    refusals = []
    actors = {who: making.logged_on(site, *who) for who in (DBA, WG, CLERK, LOST)}
    user_audit.open_round(actors[WG], site, "2027", date(2027, 1, 1))
    for who, act in ACTS.values():
        for text in texts:
            try:
                act(actors[who], site, text)
            except S2SError as error:
                refusals.append((error.code, say(error)))
    assert all(said and code != "session-ended" for code, said in refusals)
    assert upkeep.verify(site).ok


@pytest.mark.parametrize(
    "codes",
    [tuple(f"{n:03}" for n in range(1000)) * 70, tuple(map(str, range(70_000)))],
    ids=["same", "other"],
)
def test_a_report_of_more_authorities_than_a_statement_takes_is_refused(site, on, codes):
    for actor in (on("wg", "WG"), on("user", "680")):
        for wanted in (Wanted(authorities=codes), Wanted(schools=codes)):
            with pytest.raises(S2SError, match="report-"):
                running.ask(actor, site, "cluster" if wanted.authorities else "usage", wanted)


LONG = {
    "blanks": "1" + " " * 99_999,
    "months": "1 jan" * 20_000,
    "a long month": "1 jan" + "a" * 99_990,
    "dates by halves": "1-1-" * 25_000,
    "days": "1st " * 25_000,
    "a long UPN": "A" + "1" * 99_999,
    "UPNs": "A11111111111" * 8000,
    "hard blanks": "1\u00a0" * 50_000,
    "near dates": ("1 sep" + " " * 300) * 300,
    "names": "A B 20 September 2026\n" * 4500,
    "fields": "{school" * 14_000,
}


@pytest.mark.requirement("R-MSG-2")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", LONG)
def test_no_text_of_a_message_keeps_the_look_for_pupils_from_ending(name):
    for _ in range(5):
        rules.pupils_in(LONG[name])
        rules.left_open(rules.filled(LONG[name], {"school": "{school}"}))


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "text", ["a" * 10_000, "1234567890" * 1000, "aA1!" * 2500, "é" * 10_000, "x" * 200, "dictionary" * 20]
)
def test_no_password_keeps_the_look_at_its_strength_from_ending(lite, text):
    with suppress(S2SError):
        user_passwords.reset(making.logged_on(lite, *DBA), lite, "680user", password=text, again=text)
