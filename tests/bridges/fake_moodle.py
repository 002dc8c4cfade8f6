"""Moodle's web service with Moodle's silences: errors in answers of status 200, or in no answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

from autograder.lms.moodle_rest import FUNCTIONS
from tests.bridges.serving import Served

TOKEN = "0123456789abcdef0123456789abcdef"
COURSE, MODULE, ASSIGNMENT = 12, 34, 5
TEACHER = 2
COMMENT = "plugindata[assignfeedbackcomments_editor][text]"
DRAFT = "plugindata[files_filemanager]"


@dataclass
class Row:
    """A row of assign_grades, with what hangs on it."""

    grade: float = -1.0
    at: int = 0
    grader: int = TEACHER
    comment: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    saved: int = 0


@dataclass
class Person:
    """Someone enrolled."""

    name: str
    email: str = ""
    number: str = ""


@dataclass
class HandedIn:
    """A submission."""

    files: dict[str, bytes]
    at: int
    attempt: int = 0
    status: str = "submitted"


@dataclass
class FakeMoodle(Served):
    """State, and switches for what sites do. clock: seconds, one more each time it is asked."""

    people: dict[int, Person] = field(default_factory=dict)
    work: dict[int, HandedIn] = field(default_factory=dict)
    rows: dict[tuple[int, int], Row] = field(default_factory=dict)
    overridden: dict[int, float] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    drafts: dict[int, dict[str, bytes]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    functions: tuple[str, ...] = FUNCTIONS
    feedback_types: tuple[str, ...] = ("comments", "file")
    shows_numbers: bool = False
    drops_grades: bool = False
    clock: int = 1_800_000_000

    def now(self) -> int:
        self.clock += 1
        return self.clock

    def hand_in(self, user: int, files: dict[str, bytes], *, attempt: int = 0) -> None:
        self.work[user] = HandedIn(files, self.now(), attempt)

    def row(self, user: int) -> Row:
        attempt = self.work[user].attempt if user in self.work else 0
        return self.rows.setdefault((user, attempt), Row())

    def grade_by_hand(self, user: int, grade: float, comment: str = "") -> None:
        row = self.row(user)
        row.grade, row.at, row.comment = grade, self.now(), comment

    @property
    def grades(self) -> dict[int, float]:
        """The grades that stand, by user."""
        return {user: row.grade for (user, _), row in self.rows.items() if row.grade >= 0}

    @property
    def saves(self) -> list[dict[str, str]]:
        """The calls that gave a grade."""
        return [call.form for call in self.asked
                if call.form.get("wsfunction") == "mod_assign_save_grade"]  # fmt: skip

    # --- the functions

    def core_webservice_get_site_info(self, form: dict[str, str]) -> Any:
        functions = [{"name": name} for name in self.functions]
        return {"userid": TEACHER, "functions": functions, "downloadfiles": 1, "uploadfiles": 1}

    def mod_assign_get_assignments(self, form: dict[str, str]) -> Any:
        assert form["courseids[0]"] == str(COURSE)
        configs = [
            {"subtype": "assignfeedback", "plugin": name, "name": "enabled", "value": "1"}
            for name in self.feedback_types
        ]
        assignment = {
            "id": ASSIGNMENT, "cmid": MODULE, "name": "Dropout <b>", "grade": 100,
            "teamsubmission": 0, "blindmarking": 0, "revealidentities": 0, "markingworkflow": 0,
            "configs": configs,
        }  # fmt: skip
        return {"courses": [{"id": COURSE, "assignments": [assignment | self.settings]}]}

    def core_enrol_get_enrolled_users(self, form: dict[str, str]) -> Any:
        assert form["options[0][value]"] == "mod/assign:submit"
        return [
            {"id": user, "fullname": person.name, "email": person.email}
            | ({"idnumber": person.number} if self.shows_numbers else {})
            for user, person in self.people.items()
        ]

    def mod_assign_get_submissions(self, form: dict[str, str]) -> Any:
        rows = [
            {"userid": user, "attemptnumber": item.attempt, "timemodified": item.at,
             "status": item.status, "groupid": 0, "plugins": [self._files(user, item)]}
            for user, item in self.work.items() if item.status == form["status"]
        ]  # fmt: skip
        return {"assignments": [{"assignmentid": ASSIGNMENT, "submissions": rows}], "warnings": []}

    def _files(self, user: int, item: HandedIn) -> dict[str, Any]:
        files = [
            {"filename": name, "filepath": "/", "filesize": len(content), "timemodified": item.at,
             "fileurl": f"{self.url}/webservice/pluginfile.php/{user}/{at}"}
            for at, (name, content) in enumerate(item.files.items())
        ]  # fmt: skip
        return {"type": "file", "fileareas": [{"area": "submission_files", "files": files}]}

    def mod_assign_get_grades(self, form: dict[str, str]) -> Any:
        """Only of the last attempt, and only of whoever has a submission."""
        rows = [
            {"userid": user, "grade": f"{row.grade:.5f}", "timemodified": row.at,
             "grader": row.grader, "attemptnumber": attempt}
            for (user, attempt), row in self.rows.items()
            if user in self.work and self.work[user].attempt == attempt
        ]  # fmt: skip
        if not rows:
            return {"assignments": [], "warnings": [{"warningcode": "3", "message": "No grades"}]}
        return {"assignments": [{"assignmentid": ASSIGNMENT, "grades": rows}], "warnings": []}

    def gradereport_user_get_grade_items(self, form: dict[str, str]) -> Any:
        user = int(form["userid"])
        row = self.row(user) if user in self.work else Row()
        item = {
            "itemmodule": "assign", "iteminstance": ASSIGNMENT, "itemnumber": 0,
            "graderaw": self.overridden.get(user, row.grade if row.grade >= 0 else None),
            "gradeisoverridden": user in self.overridden, "gradeislocked": user in self.locked,
            "feedback": f'<div class="no-overflow">{row.comment}</div>' if row.comment else "",
        }  # fmt: skip
        other = {"itemmodule": "quiz", "iteminstance": ASSIGNMENT, "gradeislocked": True}
        number = self.people[user].number
        report = {"userid": user, "useridnumber": number, "gradeitems": [other, item]}
        return {"usergrades": [report], "warnings": []}

    def mod_assign_save_grade(self, form: dict[str, str]) -> Any:
        if COMMENT not in form:
            return {"exception": "dml_write_exception", "errorcode": "dmlwriteexception",
                    "message": "Error writing to database"}  # fmt: skip
        user, grade = int(form["userid"]), float(form["grade"])
        assert form["attemptnumber"] == "-1"
        row = self.row(user)  # also of a user who is not enrolled: an orphan
        refused = user in self.overridden or user in self.locked or grade > 100
        if not refused and not self.drops_grades:
            row.grade, row.grader = grade, TEACHER
        row.comment = form[COMMENT]
        if form.get(DRAFT, "0") != "0":
            row.files = self.drafts[int(form[DRAFT])]
        row.at, row.saved = self.now(), row.saved + 1
        return None


def application(moodle: FakeMoodle) -> Flask:
    app = Flask(__name__)

    def answer(found: Any) -> Response:
        return Response(json.dumps(found), 200, {"Content-Type": "application/json"})

    def refuse() -> Response:
        return answer({"exception": "moodle_exception", "errorcode": "invalidtoken",
                       "message": "Invalid token - token not found"})  # fmt: skip

    @app.post("/webservice/rest/server.php")
    def rest() -> Response:
        form = request.form.to_dict()
        if form["wstoken"] != TOKEN:
            return refuse()
        function: Callable[[dict[str, str]], Any] = getattr(moodle, form["wsfunction"])
        return answer(function(form))

    @app.post("/webservice/upload.php")
    def upload() -> Response:
        if request.form["token"] != TOKEN:
            return refuse()
        number = 1000 + len(moodle.drafts)
        moodle.drafts[number] = {
            file.filename: file.stream.read() for file in request.files.values()
        }
        return answer([{"itemid": number, "filename": name} for name in moodle.drafts[number]])

    @app.route("/webservice/pluginfile.php/<int:user>/<int:at>", methods=["GET", "POST"])
    def file(user: int, at: int) -> Response:
        if request.form.get("token") != TOKEN:
            return answer({"error": "Invalid token - token not found", "errorcode": "invalidtoken"})
        return Response([*moodle.work[user].files.values()][at], 200)

    return app
