"""A program that is killed in the middle of its work loses nothing that it had acknowledged (R-UPL-8)."""

import random
import subprocess
import sys
import time
from pathlib import Path

import making
import pytest

from s2s_tui.services import upkeep
from s2s_tui.store import content
from s2s_tui.store.models import AuditEntry, Mail, Pupil, Transfer

SENDER = """
import sys
sys.path.insert(0, sys.argv[1])
import making
from s2s_tui.base.settings import Settings
from s2s_tui.rules.roles import Actor, Role
from s2s_tui.services import site as sites, uploads
database, key, session, round_ = sys.argv[2:6]
site = sites.open_site(Settings(database=database, key_file=key))
actor = Actor("s6804012", Role.SCHOOL, "6804012", session)
for number in range(1 + 19 * int(round_), 999):
    upn = making.upn(number, year=int(round_))
    offered = making.offered(destination="XXXXXXX", number=number, children=[making.Child(upn)])
    receipt = uploads.upload(actor, site, offered)
    if receipt.status == "sent":
        print(receipt.id, upn, flush=True)
"""


@pytest.mark.slow
@pytest.mark.requirement("R-UPL-8")
def test_fifty_killings_lose_nothing_that_was_acknowledged(lite):
    actor = making.logged_on(lite, "school", "6804012")
    tests, chance = str(Path(__file__).parent.parent), random.Random(680)
    acknowledged: dict[int, str] = {}
    where = [lite.settings.database, lite.settings.key_file, actor.session]
    for number in range(50):
        process = subprocess.Popen(
            [sys.executable, "-c", SENDER, tests, *where, str(number)], stdout=subprocess.PIPE, text=True
        )
        first = process.stdout.readline()
        time.sleep(chance.uniform(0, 0.15))
        process.kill()
        for line in [first, *process.stdout.read().splitlines()]:
            transfer, *rest = line.split()
            if rest and len(rest[0]) == 13:
                acknowledged[int(transfer)] = rest[0]
        process.wait()
        process.stdout.close()
    assert len(acknowledged) >= 50
    with lite.store.connection():
        for transfer, upn in acknowledged.items():
            row = Transfer.get_by_id(transfer)
            assert upn.encode() in content.fetch(row.content_id)
            assert [pupil.upn for pupil in Pupil.select().where(Pupil.transfer == transfer)] == [upn]
        sent = Transfer.select().count()
        assert Mail.select().count() == sent, "each with its one letter"
        done = AuditEntry.select().where((AuditEntry.action == "upload") & (AuditEntry.outcome == "done"))
        assert done.count() == sent
    verdict = upkeep.verify(lite)
    assert verdict.ok, verdict.problems
