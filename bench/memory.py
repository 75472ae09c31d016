"""Peak memory of the commands that check and upload a bulk CTF of 25 MB, the largest taken."""

from bench import made
from bench.measuring import folder, peak_mb, say, size

MEGABYTE = 1024 * 1024
CHECK = """
import os, sys
from s2s_tui.cli import main
sys.stdout = open(os.devnull, "w")
assert main.run(lambda *_, **__: 1, ["check", sys.argv[1]]) == 0
sys.stdout = sys.__stdout__
"""
UPLOAD = """
import sys
from pathlib import Path
from s2s_tui.base.settings import Settings
from s2s_tui.services import accounts, uploads
from s2s_tui.services.site import open_site
folder = sys.argv[2]
site = open_site(Settings(database=f"sqlite:///{folder}/s2s.sqlite", key_file=f"{folder}/audit.key"))
actor = accounts.log_on(site, sys.argv[3], sys.argv[4])
(receipt,) = uploads.upload_all(actor, site, [Path(sys.argv[1])])
assert receipt.status == uploads.SENT, receipt.problems
print(receipt.pupils)
site.store.close()
"""


def run() -> None:
    """Print the figures."""
    with folder() as place:
        name, content = made.bulk(size(25, 3) * MEGABYTE)
        path = place / name
        path.write_bytes(content)
        with made.site(place):
            pass
        checked = peak_mb(CHECK, str(path))
        sent = peak_mb(UPLOAD, str(path), str(place), f"s{made.SOURCE}", made.PASSWORD)
    say("the file", len(content) / MEGABYTE, "MB")
    say("pupils in it", content.count(b"<Pupil>"), "")
    say("`check`, peak memory", checked, "MB", "at most 150")
    say("`upload`, peak memory", sent, "MB", "at most 150")
