"""Work in the background that other work takes the place of."""

import gc
import re
import warnings
from pathlib import Path

from textual.app import App

from s2s_tui.tui.threads import instead

TUI = Path(__file__).parents[2] / "s2s_tui" / "tui"


async def test_of_work_that_takes_each_others_place_the_last_is_done_and_none_is_left_unawaited():
    done = []

    async def work(number: int) -> None:
        done.append(number)

    app = App()
    async with app.run_test() as pilot:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            for number in range(3):
                instead(app, "list", work, number)
            instead(app, "other", work, 9)
            await pilot.pause()
            gc.collect()
    assert sorted(done) == [2, 9]
    assert [str(warning.message) for warning in told if "awaited" in str(warning.message)] == []


def test_no_screen_does_it_in_another_way():
    exclusive = [path.name for path in TUI.rglob("*.py") if re.search(r"exclusive=True", path.read_text())]
    assert exclusive == ["threads.py"]
