"""Sentences about accounts and those who hold them; placeholders are their parameters."""

from s2s_tui.base.translation import N_, _

SENTENCES: dict[str, str] = {
    # what is typed
    "username-missing": N_("Give a username, such as 680bjones."),
    "username-form": N_("A username is made of the letters A to Z and digits only, such as 680bjones."),
    "username-long": N_("A username has at most {most} characters."),
    "username-taken": N_("There is an account {username} already. Choose another username."),
    "username-used": N_(
        "There was an account {username} once, and its history stays. Choose another username."
    ),
    "email-missing": N_("Give the person's e-mail address at work."),
    "email-form": N_("“{typed}” is no e-mail address. Type it as name@newport.gov.uk, one only."),
    "email-long": N_("An e-mail address has at most {most} characters."),
    "email-personal": N_(
        "{domain} is a personal e-mail domain. Give an address at work; personal ones are refused."
    ),
    "phone-form": N_(
        "Type a telephone number of at most {most} digits and signs, such as 01633 656656 ext 12."
    ),
    "text-unseen": N_("There are characters in it that can't be seen. Type it anew."),
    # which account
    "user-unknown": N_("There is no user {username} of yours."),
    "user-gone": N_("{username} was deleted meanwhile: {by}, {when}. Nothing was changed."),
    "user-changed": N_(
        "{by} changed {username} meanwhile ({when}): {what}. Nothing was overwritten; look, and do it again."
    ),
    "user-no-address": N_(
        "No e-mail address is held of {username}. Write the password down, or add an address."
    ),
    "user-self-delete": N_("You can't delete your own account; the Welsh Government can."),
    "user-self-role": N_("You can't change your own role; the Welsh Government can."),
    "school-off": N_(
        "{number} {name} is inactive, and its account with it. Make the school active under Schools "
        "(s2s-tui schools update {number} --active on): that opens its account."
    ),
    "user-self-off": N_("You can't make your own account inactive; the Welsh Government can."),
    "user-self-password": N_("Change your own password under Account, where the old one is asked for."),
    "user-self-factor": N_("You can't take away your own second factor; the Welsh Government can."),
    "dbas-only": N_("The Welsh Government sets up the authorities' DBAs; each DBA sets up the other users."),
    "user-list-unknown": N_("There is no list “{which}” here. Choose from: {allowed}."),
    # roles and organisations
    "role-unknown": N_("There is no role “{role}” to give. Choose from: {allowed}."),
    "role-school": N_("A school's account has the role School, and nobody else's has."),
    "role-same": N_("{username} has that role already."),
    "la-school-taken": N_("{la} has its one LEA School account already: {username}."),
    "dba-one": N_("{la} has an active DBA already: {username}. Say that the new one takes its place."),
    "school-account": N_("{number} has its account already: {username}."),
    "authority-unknown": N_("There is no authority {la} on s2s."),
    "role-choose": N_("Choose a role from the list."),
    "school-choose": N_("Choose the school from the list."),
    "authority-choose": N_("Choose the authority from the list."),
    "organisation-missing": N_("Say whose account it is: an authority, or for a school its number."),
    # commands
    "users-both": N_("Give --la or --school, not both."),
    "users-nothing": N_("Say what is to be changed: --email, --contact, --phone or --active."),
    "users-lines": N_("Give three lines on standard input: your own password, then the temporary one twice."),
    # the outbox
    "seal-broken": N_("A secret can't be read: it was sealed with another audit key."),
}

FIELDS: dict[str, str] = {
    "role": N_("role"),
    "contact": N_("contact name"),
    "email": N_("e-mail address"),
    "phone": N_("telephone number"),
    "active": N_("active or inactive"),
    "password": N_("password"),
}


def fields(names: list[str]) -> str:
    """Fields of an account in words: `role, e-mail address`."""
    return ", ".join(_(FIELDS[name]) for name in names)
