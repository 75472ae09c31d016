"""E-mails that tell an account's holder: no username beside a password, which nothing keeps (R-USR-4)."""

import sqlite3
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import making
import pytest
import steps

from s2s_tui.base.errors import Refused
from s2s_tui.rules.roles import WALES
from s2s_tui.services import outbox, sealing, upkeep, user_changes, user_passwords, users
from s2s_tui.services.user_changes import NewUser
from s2s_tui.store import models
from s2s_tui.store.models import Authority, Establishment, Mail, User

pytestmark = pytest.mark.requirement("R-USR-4")
BOTH = ("name", "password")
BETHAN = NewUser(username="680bethan", role="user", organisation="680", email="b.jones@newport.gov.uk")


def delivered(site) -> dict[str, list]:
    """Send what waits; the e-mails by what they are about."""
    outbox.send(site)
    found: dict[str, list] = {}
    for path in sorted(site.settings.mail_path.glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=default)
        found.setdefault(path.stem.partition("_")[2], []).append(message)
    return found


def set_user(site, username="680user", **fields):
    site.store.write(lambda: User.update(**fields).where(User.username == username).execute())


def test_username_and_password_go_out_in_two_emails_only_where_that_is_asked_for(site, on):
    dba = on("dba", "680")
    done = user_changes.add(dba, site, BETHAN)
    assert (done.told, steps.mails(site)) == ((), [])
    done = user_changes.add(dba, site, replace(BETHAN, username="680other"), tell=BOTH)
    assert done.told == ("b.jones@newport.gov.uk",)
    sent = delivered(site)
    (name,), (password,) = sent["user-name"], sent["user-password"]
    assert name["To"] == password["To"] == "b.jones@newport.gov.uk"
    assert "680other" in name.get_content()
    assert "LEA User" in name.get_content()
    assert done.password not in bytes(name).decode()
    assert done.password in password.get_content()
    assert "14 days" in password.get_content()
    assert "680other" not in bytes(password).decode()
    assert "Newport" in password.get_content()


def test_the_outbox_never_has_the_password_and_forgets_the_sealed_one_once_it_is_sent(lite, tmp_path):
    dba = making.logged_on(lite, "dba", "680")
    done = user_changes.add(dba, lite, BETHAN, tell=BOTH)
    user_passwords.reset(dba, lite, "680plasc", password="seven green bottles", again="seven green bottles")

    def anywhere(secret: str) -> list[str]:
        backup = tmp_path / "backup.sqlite"
        backup.unlink(missing_ok=True)
        upkeep.backup(lite.settings, backup, lite.clock)
        models.database.initialize(lite.store.database)
        rows = [row for rows in steps.everything(lite).values() for row in rows if secret in row]
        return [*rows, *([str(backup)] if secret.encode() in backup.read_bytes() else [])]

    assert anywhere(done.password) == anywhere("seven green bottles") == []
    letter = next(letter for letter in outbox.letters(lite) if letter.about == "user-password")
    assert "••••" in outbox.letter(lite, letter.id).body
    with lite.store.connection():
        sealed = Mail.get(Mail.id == letter.id).secret
    assert sealed
    assert sealing.unseal(lite, sealed) == done.password
    assert done.password in delivered(lite)["user-password"][0].get_content()
    with lite.store.connection():
        assert [mail.secret for mail in Mail.select()] == ["", ""]
    assert anywhere(done.password) == anywhere(sealed) == []
    lite.store.close()
    with sqlite3.connect(lite.store.path) as raw:
        raw.execute("VACUUM")
    raw.close()
    assert done.password.encode() not in lite.store.path.read_bytes()


def test_what_was_sealed_with_another_key_is_not_sent_and_holds_up_nobody(site, on, clock):
    dba = on("dba", "680")
    user_changes.add(dba, site, BETHAN, tell=BOTH)
    other = replace(site, key=bytes(32))
    done = outbox.send(other)
    assert (done.sent, done.failed) == (1, 1)
    (failed,) = outbox.letters(site, state="failed")
    assert (failed.about, failed.error) == ("user-password", "seal-broken")
    with site.store.connection():
        assert Mail.get(Mail.id == failed.id).secret == ""


def test_a_password_that_holds_no_more_is_taken_back_before_it_is_sent(site, on):
    dba = on("dba", "680")
    first = user_passwords.reset(dba, site, "680user", tell=("password",))
    second = user_passwords.reset(dba, site, "680user", tell=("password",))
    user_passwords.reset(dba, site, "680plasc", tell=("password",))
    user_changes.delete(dba, site, "680plasc")
    (letter,) = delivered(site)["user-password"]
    assert second.password in letter.get_content()
    assert first.password not in letter.get_content()
    assert [letter.error for letter in outbox.letters(site, state="failed")] == ["withdrawn"] * 2


def test_a_schools_password_goes_to_the_address_in_its_details(site, on):
    dba = on("dba", "680")
    assert users.show(dba, site, "s6804012").mail_to == "office@s6804012.example"
    done = user_passwords.reset(dba, site, "s6804012", tell=("password",))
    assert done.told == ("office@s6804012.example",)
    site.store.write(lambda: Establishment.update(email="").execute())
    assert user_passwords.reset(dba, site, "s6804012", tell=("password",)).told == (
        "s6804012@6804012.example",
    )


def test_without_an_address_nothing_is_changed_and_that_is_said(site, on):
    dba = on("dba", "680")
    set_user(site, email="")
    before = users.show(dba, site, "680user")
    for act in (
        lambda: user_passwords.reset(dba, site, "680user", tell=("password",)),
        lambda: user_changes.set_role(dba, site, "680user", "plasc", tell=True),
        lambda: user_changes.delete(dba, site, "680user", tell=True),
    ):
        with pytest.raises(Refused, match="user-no-address"):
            act()
    assert users.show(dba, site, "680user") == before
    user_passwords.reset(dba, site, "680user")


@pytest.mark.requirement("R-USR-2")
def test_every_change_offers_an_email_that_tells_the_user(site, on):
    dba = on("dba", "680")
    old = users.show(dba, site, "680user").email
    user_changes.set_role(dba, site, "680user", "plasc", tell=True)
    user_changes.update(dba, site, "680user", email="new@newport.gov.uk", tell=True)
    user_changes.set_active(dba, site, "680user", False, tell=True)
    user_changes.set_active(dba, site, "680user", True, tell=True)
    user_changes.delete(dba, site, "680user", tell=True)
    assert steps.told(site) == sorted(
        [
            ("user-role", old),
            ("user-details", old),
            ("user-details", "new@newport.gov.uk"),
            ("user-off", "new@newport.gov.uk"),
            ("user-on", "new@newport.gov.uk"),
            ("user-deleted", "new@newport.gov.uk"),
        ]
    )
    for messages in delivered(site).values():
        for message in messages:
            assert "Newport" in message.get_content()
            assert "680user" not in message.get_content()
            assert "{" not in message.get_content() + message["Subject"]


def test_letters_are_in_the_holders_language_else_the_organisations(site, on):
    dba, wg = on("dba", "680"), on("wg", WALES)
    site.store.write(lambda: Authority.update(language="cy").where(Authority.code == "680").execute())
    set_user(site, "680user", language="en")
    user_passwords.reset(dba, site, "680user", tell=("password",))
    user_passwords.reset(dba, site, "680plasc", tell=("password",))
    user_passwords.reset(wg, site, "680dba", tell=("password",))
    assert [mail.language for mail in steps.mails(site)] == ["en", "cy", "cy"]
    assert "Welsh Government" in steps.mails(site)[-1].body


def test_a_seal_is_another_each_time_and_tells_when_it_was_touched(lite):
    sealed = {sealing.seal(lite, "same words") for _ in range(20)}
    assert len(sealed) == 20
    for text in ("", "x", "ŵ" * 500, "pa\udc80ss \0", "x" * 31, "x" * 32, "x" * 33):
        assert sealing.unseal(lite, sealing.seal(lite, text)) == text
    whole = sealing.seal(lite, "same words")
    for place in range(0, len(whole) - 2, 3):
        touched = whole[:place] + ("A" if whole[place] != "A" else "B") + whole[place + 1 :]
        with pytest.raises(Refused, match="seal-broken"):
            sealing.unseal(lite, touched)
    for broken in ("", "AAAA", "no base64 ☃", whole[:-4]):
        with pytest.raises(Refused, match="seal-broken"):
            sealing.unseal(lite, broken)
