"""What is wrong with a message, its recipients, a template, a group; and what to think of before it goes."""

from s2s_tui.base.translation import N_

SENTENCES: dict[str, str] = {
    # recipients
    "recipient-form": N_(
        "“{typed}” is no recipient. Write 681/user for a role of an authority, 6814053 for a school, or wg."
    ),
    "recipient-role": N_("“{typed}” names no role that gets messages. Choose from: {allowed}."),
    "recipient-unknown": N_("There is no {recipient}. Check the number."),
    "recipient-closed": N_("{recipient} {name} has closed. Take it out of the recipients."),
    "recipient-merged": N_("{recipient} {name} has merged into {successor}. Write to {successor} instead."),
    "recipients-missing": N_("Say who it goes to."),
    "recipients-many": N_("A message goes to at most {most} inboxes; these are {count}."),
    # advice about recipients
    "message-lost-too": N_(
        "Choose LEA Lost Pupil beside LEA User: authorities differ in who looks at messages ({authorities})."
    ),
    "message-user-too": N_(
        "Choose LEA User beside LEA Lost Pupil: authorities differ in who looks at messages ({authorities})."
    ),
    "message-blanket": N_(
        "This goes to all authorities ({authorities}). An enquiry helps more where the family may have gone."
    ),
    "message-list-to-all": N_(
        "This lists pupils ({pupils}) and goes to all authorities ({authorities}), which is poor practice: "
        "most will ignore it. Ask those that the family may have gone to, or confirm it twice."
    ),
    "message-falls": N_("Nobody has the role that was chosen, so the DBA gets it: {first}; {count} in all."),
    "message-nobody": N_("Nobody reads messages there yet, it waits: {first}; {count} in all."),
    # what is written
    "subject-missing": N_("Give the message a subject."),
    "subject-long": N_("Give a shorter subject: at most {most} characters; this has {length}."),
    "text-missing": N_("Write something first."),
    "message-long": N_("Write less: at most {most} characters; this has {length}."),
    "message-nul": N_("This holds a character that can't be kept (NUL, or half of one). Take it out."),
    # messages
    "messages-many": N_(
        "You have sent as many messages as one account may send in a while. The next can go from {when}; "
        "if it is urgent, telephone."
    ),
    "message-unknown": N_("There is no message {id} here."),
    "message-automatic": N_("Nobody reads replies to an automatic message."),
    "message-read": N_("There is nothing to recall: nobody is left who has not read it."),
    "draft-unknown": N_("There is no draft {id} any more."),
    "drafts-many": N_("You have {most} drafts. Send or drop some first."),
    # templates and groups
    "title-missing": N_("Give it a title of letters or digits."),
    "title-long": N_("Give a shorter title: at most {most} characters; this has {length}."),
    "template-unknown": N_("There is no template {id}."),
    "template-taken": N_("There is a template “{title}” already. Choose another title."),
    "template-ready": N_("“{title}” comes with the program. Copy it, and change the copy."),
    "field-open": N_("{field} can't fill itself in here. Write it yourself."),
    "shared-changed": N_(
        "{by} changed “{title}” meanwhile ({when}). Nothing was overwritten; look, and do it again."
    ),
    "group-unknown": N_("There is no group {id}."),
    "group-taken": N_("There is a group “{title}” already. Choose another title."),
}
