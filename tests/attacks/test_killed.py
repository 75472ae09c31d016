"""What is killed in the middle of much: all of it was done, or nothing."""

import random
import subprocess
import sys
import time
from pathlib import Path

import making
import pytest
import steps

from s2s_tui.services import school_import, upkeep
from s2s_tui.store.models import (
    AuditEntry,
    Establishment,
    Mail,
    Message,
    MessageCopy,
    Transfer,
    User,
    UserAuditAnswer,
)

SCHOOLS = 1500
"""As many as Wales has."""

WORK = """
import sys
from datetime import date
from pathlib import Path
from s2s_tui.base.settings import Settings
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import establishments, message_sending, school_import, site as sites, user_audit
what, database, key, user, role, organisation, session, register = sys.argv[1:]
site = sites.open_site(Settings(database=database, key_file=key))
actor = Actor(user, Role(role), organisation, session)
print("begun", flush=True)
if what == "import":
    school_import.bring_in(actor, site, Path(register))
elif what == "merge":
    establishments.merge(actor, site, "6804031", "6804012", date(2026, 11, 1))
elif what == "round":
    user_audit.open_round(actor, site, "2027", date(2030, 1, 31))
else:
    to = [f"662{number}" for number in range(3000, 4500)]
    message_sending.send(actor, site, to, "An enquiry", "About a pupil.")
print("done", flush=True)
"""


def _counts(site) -> dict[str, int]:
    models = (Establishment, User, AuditEntry, Mail, Message, MessageCopy, UserAuditAnswer)
    with site.store.connection():
        found = {model.__name__: model.select().count() for model in models}
        found["moved"] = Transfer.select().where(Transfer.destination == "6804012").count()
    return found


def _register(path: Path) -> Path:
    rows = [f"662{number},Ysgol {number},office@s{number}.example" for number in range(3000, 3000 + SCHOOLS)]
    path.write_text("\n".join(["number,name,email", *rows]))
    return path


@pytest.mark.slow
@pytest.mark.requirement("R-SCH-3", "R-MSG-2", "R-USR-6")
@pytest.mark.parametrize("what", ["import", "merge", "send", "round"])
def test_what_is_killed_in_the_middle_of_much_was_done_or_was_not(lite, tmp_path, what: str) -> None:
    wg = making.logged_on(lite, "wg", "WG")
    register = _register(tmp_path / "register.csv")
    if what in ("send", "round"):
        school_import.bring_in(wg, lite, register)
    if what == "merge":
        sender = making.logged_on(lite, "school", "6814053")
        for number in range(1, 200):
            children = [making.Child(making.upn(number, "6814053"))]
            steps.sent(sender, lite, making.offered("6814053", "6804031", number, children))
    chance = random.Random(680)
    where = [lite.settings.database, lite.settings.key_file, wg.user, str(wg.role), "WG", wg.session]
    before, outcomes, patience = _counts(lite), [], 0.0
    for _ in range(40):
        process = subprocess.Popen(
            [sys.executable, "-c", WORK, what, *where, str(register)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0, patience))
        process.kill()
        done = process.stdout.read() == "done\n"
        process.wait()
        process.stdout.close()
        after = _counts(lite)
        outcomes.append(done)
        if after != before:
            break
        assert not done
        patience = 1.3 * patience + 0.2  # a busy machine may need long to get to the end
    assert upkeep.verify(lite).ok
    changed = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    whole = {
        "import": {"Establishment": SCHOOLS, "User": SCHOOLS},
        "merge": {"moved": 199, "Mail": 199},
        "send": {"Message": 1, "MessageCopy": SCHOOLS, "Mail": SCHOOLS},
        # Neither WG itself nor a school of England is asked about.
        "round": {"UserAuditAnswer": before["User"] - 2},
    }[what]
    assert {name: changed.get(name) for name in whole} == whole, "in the end it was done, whole"
    assert len(outcomes) > 1, "some were killed before"
