"""Canvas's REST API as it behaves: pages with Link headers, and comments that only ever add up."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, jsonify, redirect, request

from tests.bridges.serving import Served

TOKEN = "7~canvastokencanvastoken"
COURSE, ASSIGNMENT, ME = 12, 34, 900
PREFIX = f"/api/v1/courses/{COURSE}"
OF_ASSIGNMENT = f"{PREFIX}/assignments/{ASSIGNMENT}"


@dataclass
class Submission:
    """A student's submission; Canvas has one for everyone."""

    user: int
    files: dict[str, bytes] = field(default_factory=dict)
    attempt: int | None = None
    submitted_at: str | None = None
    late: bool = False
    excused: bool = False
    entered: float | None = None
    deducted: float = 0.0
    graded_at: str | None = None
    comments: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class FakeCanvas(Served):
    """State and switches. page_size: of every list."""

    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    work: dict[int, Submission] = field(default_factory=dict)
    uploads: dict[int, dict[str, Any]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    page_size: int = 2
    may_delete: bool = True
    drops_grades: bool = False
    clock: int = 0

    def now(self) -> str:
        self.clock += 1
        moment = datetime(2026, 11, 4, 10, tzinfo=UTC) + timedelta(seconds=self.clock)
        return moment.isoformat().replace("+00:00", "Z")

    def enrol(self, user: int, name: str, **ids: str) -> None:
        self.people[user] = {"id": user, "name": name, **ids}
        self.work[user] = Submission(user)

    def hand_in(self, user: int, files: dict[str, bytes], *, late: bool = False) -> None:
        item = self.work[user]
        item.files, item.late, item.submitted_at = files, late, self.now()
        item.attempt = (item.attempt or 0) + 1

    def grade_by_hand(self, user: int, grade: float) -> None:
        self.work[user].entered, self.work[user].graded_at = grade, self.now()

    @property
    def grades(self) -> dict[int, float]:
        """The grades that stand, by user."""
        return {user: item.entered for user, item in self.work.items() if item.entered is not None}

    def submission_json(self, item: Submission) -> dict[str, Any]:
        return {
            "user_id": item.user, "assignment_id": ASSIGNMENT, "attempt": item.attempt,
            "submitted_at": item.submitted_at, "late": item.late, "excused": item.excused,
            "workflow_state": "submitted" if item.submitted_at else "unsubmitted",
            "entered_score": item.entered, "graded_at": item.graded_at,
            "score": None if item.entered is None else item.entered - item.deducted,
            "submission_comments": item.comments,
            "attachments": [
                {"id": 100 * item.user + 10 * (item.attempt or 0) + at, "display_name": name,
                 "size": len(self.work[item.user].files[name]),
                 "url": f"{self.url}/files/{item.user}/{at}/download?verifier=x"}
                for at, name in enumerate(item.files)
            ],
        }  # fmt: skip

    # --- the routes

    def check_token(self) -> Any:
        known = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        if request.path.startswith("/api/") and not known:
            return jsonify({"errors": [{"message": "Invalid access token."}]}), 401
        return None

    @property
    def elsewhere(self) -> str:
        """Another host, where Canvas keeps files."""
        return self.url.replace("127.0.0.1", "localhost")

    def paged(self, rows: list[Any]) -> Response:
        page, size = int(request.args.get("page", "1")), self.page_size
        response = jsonify(rows[(page - 1) * size : page * size])
        if page * size < len(rows):
            there = f"{self.url}{request.path}"
            response.headers["Link"] = (
                f'<{there}?page={page + 1}&per_page={size}>; rel="next",'
                f'<{there}?page=1>; rel="first"'
            )
        return response

    def show_me(self) -> Any:
        return jsonify({"id": ME})

    def show_assignment(self) -> Any:
        found = {"id": ASSIGNMENT, "name": "Dropout", "points_possible": 50.0,
                 "grading_type": "points", "anonymize_students": False,
                 "group_category_id": None, "moderated_grading": False}  # fmt: skip
        return jsonify(found | self.settings)

    def list_users(self) -> Any:
        return self.paged(list(self.people.values()))

    def list_submissions(self) -> Any:
        return self.paged([self.submission_json(item) for item in self.work.values()])

    def show_submission(self, user: int) -> Any:
        return jsonify(self.submission_json(self.work[user]))

    def grade(self, user: int) -> Any:
        item, form = self.work[user], request.form
        if not self.drops_grades:
            item.entered = float(form["submission[posted_grade]"])
        item.graded_at = self.now()
        if "comment[text_comment]" in form:
            files = [self.uploads[int(at)] for at in form.getlist("comment[file_ids][]")]
            item.comments.append({
                "id": 5000 + self.clock,
                "author_id": ME,
                "comment": form["comment[text_comment]"],
                "attempt": int(form["comment[attempt]"]),
                "attachments": [{"display_name": file["name"]} for file in files],
            })  # fmt: skip
        return self.show_submission(user)

    def _comment(self, user: int, number: int) -> dict[str, Any]:
        (found,) = [one for one in self.work[user].comments if one["id"] == number]
        return found

    def edit_comment(self, user: int, number: int) -> Any:
        found = self._comment(user, number)
        found["comment"] = request.form["comment"]
        return jsonify(found)

    def delete_comment(self, user: int, number: int) -> Any:
        if not self.may_delete:
            return jsonify({"errors": [{"message": "user not authorized"}]}), 401
        self.work[user].comments.remove(self._comment(user, number))
        return jsonify({})

    def announce_file(self, user: int) -> Any:
        number = 7000 + len(self.uploads)
        self.uploads[number] = {"name": request.form["name"], "user": user}
        url = f"{self.elsewhere}/upload/{number}"
        return jsonify({"upload_url": url, "upload_params": {"key": "k"}})

    def take_file(self, number: int) -> Any:
        assert request.form["key"] == "k"
        self.uploads[number]["content"] = request.files["file"].stream.read()
        return redirect(f"{self.url}/api/v1/files/{number}/create_success", 303)

    def confirm_file(self, number: int) -> Any:
        return Response(f'while(1);{{"id": {number}, "upload_status": "success"}}', 200)

    def lead_to_file(self, user: int, at: int) -> Any:
        return redirect(f"{self.elsewhere}/store/{user}/{at}", 302)

    def give_file(self, user: int, at: int) -> Any:
        return Response([*self.work[user].files.values()][at], 200)


ROUTES = {
    "show_me": "GET /api/v1/users/self",
    "show_assignment": f"GET {OF_ASSIGNMENT}",
    "list_users": f"GET {PREFIX}/users",
    "list_submissions": f"GET {OF_ASSIGNMENT}/submissions",
    "show_submission": f"GET {OF_ASSIGNMENT}/submissions/<int:user>",
    "grade": f"PUT {OF_ASSIGNMENT}/submissions/<int:user>",
    "edit_comment": f"PUT {OF_ASSIGNMENT}/submissions/<int:user>/comments/<int:number>",
    "delete_comment": f"DELETE {OF_ASSIGNMENT}/submissions/<int:user>/comments/<int:number>",
    "announce_file": f"POST {OF_ASSIGNMENT}/submissions/<int:user>/comments/files",
    "take_file": "POST /upload/<int:number>",
    "confirm_file": "GET /api/v1/files/<int:number>/create_success",
    "lead_to_file": "GET /files/<int:user>/<int:at>/download",
    "give_file": "GET /store/<int:user>/<int:at>",
}


def application(canvas: FakeCanvas) -> Flask:
    app = Flask(__name__)
    app.before_request(canvas.check_token)
    for name, route in ROUTES.items():
        method, path = route.split()
        app.add_url_rule(path, name, getattr(canvas, name), methods=[method])
    return app
