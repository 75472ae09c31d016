"""`check` of CTFs of 6 kB, as the command does it, against lxml's bare parse of the same files."""

import io
import time
from contextlib import redirect_stdout

from bench import made
from bench.measuring import folder, ratio, say, size

FILES = 2_000


def run() -> None:
    """Print the figures."""
    from lxml import etree

    from s2s_tui.cli import main as command_line

    files = size(FILES, 50)
    with folder() as place:
        paths = made.written(place, made.ctfs(files))
        contents = [path.read_bytes() for path in paths]

        def ours() -> None:
            shown = io.StringIO()
            with redirect_stdout(shown):
                code = command_line.run(lambda *_, **__: 1, ["check", str(place)])
            assert code == 0, shown.getvalue()[-2000:]
            assert f"{files} good" in shown.getvalue()

        def bare() -> None:
            for content in contents:
                etree.fromstring(content)

        def bare_files() -> None:
            for path in paths:
                etree.parse(path)

        def called() -> None:
            from s2s_tui.base.clock import local_date, utc_now
            from s2s_tui.services import checking
            from s2s_tui.services.files import Offered

            today = local_date(utc_now())
            for path, content in zip(paths, contents, strict=True):
                assert checking.check(Offered(path.name, content), today).ok

        rounds = size(15, 1)
        say("a file", sum(map(len, contents)) / files / 1024, "kB")
        mine, other, times = ratio(ours, bare, rounds, time.process_time)
        say(f"bare parse of {files:,} in memory", files / other, "/s")
        say("`check` of the folder", files / mine, "/s")
        say("  of the bare parse in memory", 1 / times, "")
        _, other, times = ratio(ours, bare_files, rounds, time.process_time)
        say("bare parse of the files", files / other, "/s")
        say("  `check` of the folder, of that", 1 / times, "", "at least 0.3")
        _, _, times = ratio(called, bare, rounds, time.process_time)
        say("the check alone, of the bare parse in memory", 1 / times, "")
