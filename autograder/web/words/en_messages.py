"""What the tool's pages of one message say in English."""

from types import MappingProxyType

from autograder.web.words.interface import Message

MESSAGES = MappingProxyType(
    {
        "session_over": Message(
            "Please open the exercise from your course again",
            "This page belongs to a visit that has ended, or to another exercise that was opened "
            "in this browser since. Nothing that was handed in is lost.",
        ),
        "stale_form": Message(
            "This page is out of date",
            "Another exercise was opened in this browser since, or the visit has ended, so nothing "
            "was changed. Open the exercise from your course again.",
        ),
        "not_found": Message(
            "There is no such page",
            "Open the exercise from your course again.",
        ),
        "teachers_only": Message(
            "This page is for teachers",
            "Your course says that you take part as a student.",
        ),
        "students_only": Message(
            "Students hand in here, teachers cannot",
            "An LMS takes no score for a teacher. To try it, use a student's account.",
        ),
        "no_role": Message(
            "Your course gave no role that can use this",
            "Expected a student or a teacher. Ask whoever manages the course to enrol you as one.",
        ),
        "not_chosen": Message(
            "No assignment is chosen here yet",
            "The teacher has to open this activity once and choose one. Please come back later.",
        ),
        "too_large": Message(
            "That is too large",
            "At most {megabytes} MB are taken. Clear all outputs in Jupyter, save, and hand in "
            "again.",
        ),
        "bad_request": Message(
            "This request cannot be read",
            "Open the exercise from your course again.",
        ),
        "wrong_method": Message(
            "This address is not for that",
            "Open the exercise from your course again.",
        ),
        "too_often": Message(
            "Too many files in a short time",
            "Wait some minutes, then hand in again.",
        ),
        "trouble": Message(
            "Something went wrong here, and it is not your fault",
            "What was handed in before is kept. Try again in a minute; if it stays so, tell your "
            "teacher the time at which it happened.",
        ),
        "launch_refused": Message(
            "Your course could not open this exercise",
            "Open it from your course once more. If it stays so, send the sentence below to "
            "whoever manages the course.",
        ),
        "no_cookie": Message(
            "Your browser kept nothing from this page",
            "Browsers block cookies of pages inside other pages. In a tab of its own it works.",
        ),
        "invitation": Message(
            "This invitation cannot be used",
            "It was used already, is past its date, or was not copied whole. Ask whoever runs this "
            "tool for another one: autograder lti invite",
        ),
        "paste_invitation": Message(
            "This address belongs into your LMS",
            "Copy it, and paste it where the LMS registers tools: in Moodle at Site administration "
            "> Plugins > Activity modules > External tool > Manage tools. The LMS opens it then, "
            "and the two introduce themselves. It works once.",
        ),
        "registration_failed": Message(
            "The registration did not succeed",
            "Nothing was changed here, and the invitation can still be used. What the LMS said:",
        ),
        "registered": Message(
            "The LMS and this tool know each other now",
            "This window may be closed.",
        ),
    }
)
