"""Moodle's web service: submissions out, grades, comments and feedback files in.

Moodle answers `null` to a grade whether or not it took it, and makes a grade of a user who is not
enrolled: so whoever calls `push` has to know that the user is enrolled and the grade in range
(`autograder.bridges` does), and reads back what stands.
"""

import json
from collections.abc import Mapping
from typing import Any

from autograder.lms.addresses import CallError, RefusedError, TokenError, as_dict, as_list, reading
from autograder.lms.calls import Data, Files, Site, require_no_redirect
from autograder.lms.comments import clean, comment_html
from autograder.lms.moodle_answers import (
    check_assignment,
    files_of,
    grade_of,
    ids_of,
    moment_of,
    reason_to_leave,
    require_no_fault,
)
from autograder.lms.online import Attached, Comment, Feedback, Sent, Standing, Target, Work
from autograder.lms.record import ResultRecord
from autograder.lms.roster import ID_NUMBER

FUNCTIONS = (
    "core_webservice_get_site_info",
    "core_enrol_get_enrolled_users",
    "mod_assign_get_assignments",
    "mod_assign_get_submissions",
    "mod_assign_get_grades",
    "mod_assign_save_grade",
    "gradereport_user_get_grade_items",
)
OF_A_STUDENT = "mod/assign:submit"
LAST_ATTEMPT = "-1"
HTML = "1"
READY = "readyforrelease"
NO_ACCESS = "1"


class MoodleRest:
    """One assignment of a Moodle site.

    course, module: the numbers in the addresses of their pages, view.php?id=….
    """

    name = "Moodle"

    def __init__(self, site: Site, token: str, course: str, module: str) -> None:
        self._site = site
        self._token = token
        self._course = course
        self._module = module
        self._assignment = ""
        self._has_workflow = False

    @reading("Moodle")
    def open(self) -> Target:
        """Check the service, the rights and the assignment. Raises CallError."""
        self._check_service(as_dict(self._call("core_webservice_get_site_info")))
        found = as_dict(self._call("mod_assign_get_assignments", {"courseids[0]": self._course}))
        courses = as_list(found.get("courses"))
        there = [item for course in courses for item in as_list(course.get("assignments"))]
        chosen = [item for item in there if str(item.get("cmid")) == self._module]
        if not chosen:
            known = "; ".join(f"{item.get('cmid')}: {item.get('name')}" for item in there) or "none"
            raise CallError(
                f"Moodle shows no assignment {self._module} in course {self._course}; there are: "
                f"{clean(known)}. Give the numbers of the addresses course/view.php?id=… and "
                "mod/assign/view.php?id=…, and enrol the token's user in the course as a teacher."
            )
        check_assignment(chosen[0])
        self._assignment = str(chosen[0]["id"])
        self._has_workflow = bool(chosen[0].get("markingworkflow"))
        note = "Marking workflow is on: students see grades when you release them in Moodle."
        return Target(
            clean(str(chosen[0].get("name", ""))),
            float(chosen[0]["grade"]),
            (note,) if self._has_workflow else (),
        )

    def _check_service(self, info: Mapping[str, Any]) -> None:
        there = {item.get("name") for item in as_list(info.get("functions"))}
        missing = [name for name in FUNCTIONS if name not in there]
        files = [key for key in ("downloadfiles", "uploadfiles") if not info.get(key)]
        if missing or files:
            raise TokenError(
                "The token's service in Moodle lacks "
                f"{', '.join([*missing, *files])}. Under Site administration > Server > Web "
                "services > External services, add these functions to the service, and tick Can "
                "download files and Can upload files; docs/lms/moodle.md shows each box."
            )

    @reading("Moodle")
    def students(self) -> dict[str, dict[str, str]]:
        """Return what Moodle calls everyone who may submit and is active, by user id."""
        options = {"withcapability": OF_A_STUDENT, "onlyactive": "1"}
        asked = {"courseid": self._course}
        for at, (name, value) in enumerate(options.items()):
            asked |= {f"options[{at}][name]": name, f"options[{at}][value]": value}
        users = as_list(self._call("core_enrol_get_enrolled_users", asked))
        return {str(user["id"]): ids_of(user) for user in users}

    @reading("Moodle")
    def more_ids(self, user: str) -> dict[str, str]:
        """Return the ID number, which Moodle leaves out of the list of the enrolled."""
        report = self._report(user)
        number = str(report.get("useridnumber") or "").strip()
        return {ID_NUMBER: number} if number else {}

    @reading("Moodle")
    def works(self) -> list[Work]:
        """Return what was handed in; a draft is not."""
        asked = {"assignmentids[0]": self._assignment, "status": "submitted"}
        return [
            Work(
                user=str(item["userid"]),
                attempt=int(item.get("attemptnumber") or 0) + 1,
                submitted_at=moment_of(item.get("timemodified")),
                files=files_of(item),
            )
            for item in self._of_assignment("mod_assign_get_submissions", asked, "submissions")
            if int(item.get("userid") or 0) > 0
        ]

    @reading("Moodle")
    def download(self, file: Attached, limit: int) -> bytes:
        """Return a file; the token goes with it in the body, where no server log keeps it."""
        return self._site.download(file.url, limit, {"token": self._token})

    def comment_of(self, record: ResultRecord) -> str:
        """Return the comment as HTML, everything escaped: Moodle shows a teacher what it gets."""
        return comment_html(record)

    def page_name(self, assignment: str, page: bytes) -> str:
        """Return one name for all: a new file takes the place of the earlier one."""
        return "feedback.html"

    @reading("Moodle")
    def standings(self) -> dict[str, Standing]:
        """Return the grade of each student's last attempt."""
        asked = {"assignmentids[0]": self._assignment}
        return {
            str(item["userid"]): Standing(
                grade_of(item.get("grade")), moment_of(item["timemodified"])
            )
            for item in self._of_assignment("mod_assign_get_grades", asked, "grades")
        }

    @reading("Moodle")
    def look(self, user: str, standing: Standing) -> Standing:
        """Add what the gradebook says: the comment, and whether the grade is overridden or locked.

        Where Moodle's marking workflow holds a grade back, the gradebook knows no comment.
        """
        items = [
            item
            for item in as_list(self._report(user).get("gradeitems"))
            if item.get("itemmodule") == "assign"
            and str(item.get("iteminstance")) == self._assignment
            and not item.get("itemnumber")
        ]
        item = items[0] if items else {}
        feedback = str(item.get("feedback") or "")
        told = feedback and not self._has_workflow
        return Standing(
            grade=standing.grade,
            at=standing.at,
            comments=(Comment(feedback),) if told else None,
            leave=reason_to_leave(item),
        )

    @reading("Moodle")
    def push(self, work: Work, feedback: Feedback, standing: Standing, sent: Sent | None) -> Sent:
        """Give grade, comment and file in one call; the file replaces the earlier one."""
        draft = self._upload(feedback.page_name, feedback.page) if feedback.page is not None else 0
        asked = {
            "assignmentid": self._assignment,
            "userid": work.user,
            "grade": feedback.grade,
            "attemptnumber": LAST_ATTEMPT,
            "addattempt": "0",
            "workflowstate": READY if self._has_workflow else "",
            "applytoall": "0",
            "plugindata[assignfeedbackcomments_editor][text]": feedback.comment,
            "plugindata[assignfeedbackcomments_editor][format]": HTML,
            "plugindata[files_filemanager]": str(draft),
        }
        self._call("mod_assign_save_grade", asked)
        return Sent(feedback.digest(work), float(feedback.grade), was=standing.grade)

    def _upload(self, name: str, content: bytes) -> int:
        """Put a file into a new draft area; return the area's number."""
        fields = {"token": self._token, "filearea": "draft", "itemid": "0"}
        files = {"file_1": (name, content, "text/html")}
        found = self._post("/webservice/upload.php", fields, files)
        stored = as_list(found)
        if len(stored) != 1 or not stored[0].get("itemid"):
            reason = clean(str(stored[0].get("error", ""))) if stored else ""
            raise RefusedError(f"Moodle did not take the feedback file. {reason}".strip())
        return int(stored[0]["itemid"])

    def _report(self, user: str) -> dict[str, Any]:
        asked = {"courseid": self._course, "userid": user}
        found = as_dict(self._call("gradereport_user_get_grade_items", asked))
        reports = as_list(found.get("usergrades"))
        return next((item for item in reports if str(item.get("userid")) == user), {})

    def _of_assignment(self, function: str, asked: Mapping[str, str], what: str) -> list[Any]:
        """Return the rows of a function that answers by assignment. Raises TokenError."""
        found = as_dict(self._call(function, asked))
        refused = [
            item for item in as_list(found.get("warnings")) if str(item["warningcode"]) == NO_ACCESS
        ]
        if refused:
            raise TokenError(
                f"The token's user may not see the {what} of the assignment in Moodle "
                f"({clean(str(refused[0].get('message')))}). Make this user a teacher in the "
                "course."
            )
        return [
            item
            for assignment in as_list(found.get("assignments"))
            if str(assignment.get("assignmentid")) == self._assignment
            for item in as_list(assignment.get(what))
        ]

    def _call(self, function: str, asked: Mapping[str, str] | None = None) -> Any:
        fields = {"wstoken": self._token, "wsfunction": function, **(asked or {})}
        return self._post("/webservice/rest/server.php?moodlewsrestformat=json", fields)

    def _post(self, path: str, fields: Data, files: Files | None = None) -> Any:
        """Make a call, every one of which may be made twice: the last one counts."""
        answer = self._site.call("POST", path, data=fields, files=files)
        require_no_redirect(answer, self._site)
        try:
            found = json.loads(answer.content)
        except (ValueError, RecursionError) as error:
            raise RefusedError(
                f"{self._site.url} did not answer as Moodle's web service does (status "
                f"{answer.status}). Expected JSON; see that the address is the site's, and that "
                "web services and the REST protocol are on."
            ) from error
        require_no_fault(found)
        return found
