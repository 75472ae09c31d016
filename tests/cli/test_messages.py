"""`messages`, `templates`, `groups`: what a script does with secure messages."""

import pytest

LATE = "Arabic العربية, Welsh ŵŷ, [bold]markup[/bold], \x1b[31mred"


@pytest.mark.requirement("R-MSG-2", "R-MSG-3")
def test_an_enquiry_to_two_authorities_is_sent_read_and_answered(shell, mails):
    before = len(mails())
    sent = shell(
        *("messages", "send", "--to", "681/user", "--to", "660/lost-pupil", "--subject", "Enquiry"),
        *("--text", LATE, "--json"),
        user="680user",
    )
    assert sent.code == 0, sent
    assert [one["inbox"] for one in sent.data["recipients"]] == ["681/user", "660/lost-pupil"]
    assert [one["code"] for one in sent.data["problems"]] == ["message-lost-too", "message-user-too"]
    # One user in 681, two accounts of the inbox that Lost Pupil and Lost Pupil Transfer share in 660.
    assert sent.data["told"] == 3
    assert mails()[before:] == ["message"] * 3
    number = sent.data["id"]
    (item,) = shell("messages", "list", "--unread", "--json", user="681user").data
    assert (item["id"], item["from"], item["read"], item["days_left"]) == (number, "680/user", None, 31)
    shown = shell("messages", "show", number, "--json", user="681user").data
    assert (shown["text"], shown["read_by"]) == (LATE, "681user")
    assert "\x1b" not in shell("messages", "show", number, user="681user").out
    (item,) = shell("messages", "list", "--sent", "--json", user="680user").data
    assert (item["recipients"], item["unread"]) == (2, 1)
    assert shell("messages", "reply", number, "--text", "Yes.", user="681user").code == 0
    (answer,) = shell("messages", "list", "--json", user="680user").data
    assert answer["subject"] == "Re: Enquiry"
    said = shell("messages", "recall", number, user="680user").out
    assert said == "Recalled from 1 inboxes; read before in 1.\n"
    assert shell("messages", "list", "--json", user="660lostpupil").data == []


@pytest.mark.requirement("R-MSG-1")
def test_a_message_is_printed_once_and_deleted(shell):
    sent = shell(
        *("messages", "send", "--to", "6814053", "--subject", "S", "--text", "-", "--json"),
        user="680user",
        stdin=b"A text\nof two lines",
    ).data
    ran = shell("messages", "print", sent["id"], "--to", "page.txt", user="s6814053")
    page = (shell.folder / "page.txt").read_text()
    assert (ran.code, page.splitlines()[-2:]) == (0, ["A text", "of two lines"])
    shell("messages", "print", sent["id"], "--to", "page.txt", user="s6814053").refused(1, "exists already")
    gone = shell("messages", "delete", sent["id"], "x", "--json", user="s6814053")
    assert (gone.code, [one["ok"] for one in gone.data]) == (1, [True, False])
    shell("messages", "show", sent["id"], user="s6814053").refused(1, "There is no message")
    shell("messages", "show", "x", user="s6814053").refused(1, "There is no message x here.")


@pytest.mark.requirement("R-MSG-2")
def test_a_list_of_pupils_to_all_authorities_must_be_confirmed_twice(shell):
    text = "A801200001001\nB801200001002\nC801200001003"
    line = ("messages", "send", "--to", "wales/user", "--subject", "Who has them?", "--text", text)
    shell(*line, user="680user").refused(1, "poor practice")
    shell(*line, "--sure", user="680user").refused(1, "poor practice")
    assert shell("messages", "list", "--sent", "--json", user="680user").data == []
    assert shell(*line, "--sure", "--sure", user="680user").code == 0


@pytest.mark.requirement("R-MSG-4")
def test_templates_and_groups_are_kept_used_and_deleted(shell):
    ready = shell("templates", "list", "--json", user="680user").data
    assert [one["id"] for one in ready][:3] == ["ctf-request.en", "lost-pupil.en", "files-waiting.en"]
    copied = shell("templates", "copy", "ctf-request.en", "--title", "Ours", "--json", user="680user").data
    assert shell("templates", "update", copied["id"], "--text", "To {school}, {la}", user="680dba").code == 0
    assert shell("groups", "add", "Near", "--to", "6814053", "--json", user="680user").data["count"] == 1
    sent = shell(
        *("messages", "send", "--group", "near", "--template", "ours", "--json"), user="680plasc"
    ).data
    text = shell("messages", "show", sent["id"], "--json", user="s6814053").data["text"]
    assert text == "To Ysgol Bro Glan, Newport"
    shell("templates", "delete", "ctf-request.en", user="680user").refused(1, "comes with the program")
    for group, name in (("templates", "Ours"), ("groups", "Near")):
        shell(group, "show", name, user="681user").refused(1, "There is no")
        assert shell(group, "delete", name, user="680user").out == f"Deleted: {name}\n"
        shell(group, "show", name, user="680user").refused(1, "There is no")


@pytest.mark.requirement("R-MSG-2")
def test_what_cannot_be_sent_is_said_and_nothing_goes(shell, mails):
    before = mails()
    whole = ("--subject", "S", "--text", "T")
    for more, code, said in (
        ((*whole,), 1, "Say who it goes to."),
        (("--to", "6819999", *whole), 1, "There is no 6819999."),
        (("--to", "681/wg", *whole), 2, "names no role that gets messages"),
        (("--to", "nobody", *whole), 2, "is no recipient"),
        (("--to", "6814053", "--text", "T"), 1, "Give the message a subject."),
        (("--to", "6814053", "--subject", "S", "--text", " "), 1, "Write something first."),
    ):
        shell("messages", "send", *more, user="680user").refused(code, said)
    shell("messages", "list", user="680dbaview").refused(3, "may not do this")
    assert mails() == before
