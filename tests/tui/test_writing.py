"""Several lines to type in: what is pasted is shown literally and comes back as it was."""

import pytest
from textual import events
from textual.app import App, ComposeResult

from s2s_tui.tui.widgets.writing import Writing


class Host(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Writing(id="text")


@pytest.mark.requirement("R-SYS-2")
async def test_hostile_text_is_painted_literally_and_comes_back_as_it_was(hostile, seen):
    async with Host().run_test(size=(80, 24)) as pilot:
        field = pilot.app.query_one(Writing)
        field.focus()
        pilot.app.post_message(events.Paste(hostile))
        await pilot.pause()
        screen = seen(pilot.app)
        assert not any(ord(c) < 32 or c in "\x9b\u202e" for c in screen.replace("\n", ""))
        assert pilot.app.is_running
        assert field.text.splitlines() == hostile.splitlines()


@pytest.mark.requirement("R-MSG-2")
@pytest.mark.parametrize("text", ["word " * 20_000, "x" * 100_000, "Annwyl ysgol, \n" * 6_666])
async def test_a_text_of_a_hundred_thousand_characters_can_be_written_on(text):
    async with Host().run_test(size=(80, 24)) as pilot:
        field = pilot.app.query_one(Writing)
        field.focus()
        pilot.app.post_message(events.Paste(text))
        await pilot.pause()
        await pilot.press("ctrl+end", "!", "home", "?", "pageup")
        await pilot.pause()
        assert len(field.text) == len(text) + 2
