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

FILES = MappingProxyType(
    {
        "none": "No file came. Choose your notebook, then hand in.",
        "several": "Several files came. Expected one notebook.",
        "large": "The file has {size} MB; at most {megabytes} MB are taken. Clear all outputs in "
        "Jupyter (Kernel > Restart Kernel and Clear Outputs), save, and hand in again.",
        "other_json": "The file is JSON, but no notebook. Choose the .ipynb file that Jupyter "
        "saved.",
        "new_format": "The notebook has the format {version}; expected is 4 or older. Save it in "
        "format 4 in Jupyter, and hand in again.",
        "many_cells": "The notebook has {found} cells; at most {most} can be graded. Remove "
        "cells that the exercises do not need, save, and hand in again.",
        "no_cells": "The file holds no list of cells that can be read. Open it in Jupyter, save "
        "it, and hand in again.",
        "much_code": "The notebook holds {found} letters of code; at most {most} can be graded. "
        "Load data from files instead of writing it into cells.",
        "empty": "The file is empty. Expected is a notebook: save it in Jupyter, and hand in "
        "again.",
        "many_values": "The file holds {found} values; at most {most} can be graded. Clear all "
        "outputs in Jupyter, save, and hand in again.",
        "no_text": "The file is no notebook, for it is no text: perhaps an archive or a PDF. "
        "Choose the .ipynb file itself.",
        "web_page": "The file is a web page, not a notebook. In Jupyter, choose File > Download, "
        "and hand in that file.",
        "broken_json": "The file cannot be read as a notebook: its JSON breaks, as when it was "
        "not saved or sent to its end. In Jupyter, choose File > Download, and hand in that file.",
        "deep": "The file nests {found} levels deep; a notebook needs fewer than 20. Choose the "
        ".ipynb file that Jupyter saved.",
    }
)
"""Why a file is not taken, by the reason of the intake or of the page."""
