"""Canvas's REST API: submissions out, grades, comments and feedback files in.

Canvas adds each comment to the others. So a comment of ours is remembered by its id: it is edited
where the words alone changed, and replaced where the file beside it did.
"""

import hashlib
from dataclasses import replace
from typing import Any

from requests.utils import parse_header_links

from autograder.lms.addresses import CallError, RefusedError, TokenError, as_dict, as_list, reading
from autograder.lms.calls import Answer, Pairs, Site, require_no_redirect
from autograder.lms.canvas_answers import (
    faults_of,
    files_of,
    ids_of,
    json_of,
    moment_of,
    reason_of,
    standing_of,
)
from autograder.lms.comments import clean, comment_text
from autograder.lms.online import Attached, Feedback, Sent, Standing, Target, Work, plain
from autograder.lms.record import ResultRecord

PER_PAGE = "per_page=100"
MOST_PAGES = 2000
GONE = "404"


class CanvasRest:
    """One assignment of a Canvas site. assignment: the number in its address."""

    name = "Canvas"

    def __init__(self, site: Site, course: str, assignment: str) -> None:
        self._site = site
        self._course = f"/api/v1/courses/{course}"
        self._assignment = f"{self._course}/assignments/{assignment}"
        self._me = ""

    @reading("Canvas")
    def open(self) -> Target:
        """Check token, rights and assignment. Raises CallError."""
        self._me = str(self._get("/api/v1/users/self").get("id", ""))
        found = self._get(self._assignment)
        title = clean(str(found.get("name", "")))
        faults = faults_of(found)
        if faults:
            raise CallError(
                f"The assignment {title!r} in Canvas cannot be synchronized: {'; '.join(faults)}. "
                "Change its settings; docs/lms/canvas.md shows each box."
            )
        note = "Grades are posted by hand: students see them when you post them in Canvas."
        notes = (note,) if found.get("post_manually") else ()
        return Target(title, float(found["points_possible"]), notes)

    @reading("Canvas")
    def students(self) -> dict[str, dict[str, str]]:
        """Return what Canvas calls everyone who is enrolled as a student, by user id."""
        path = f"{self._course}/users?enrollment_type[]=student&include[]=email&{PER_PAGE}"
        return {str(user["id"]): ids_of(user) for user in self._pages(path)}

    def _rows(self) -> list[dict[str, Any]]:
        path = f"{self._assignment}/submissions?include[]=submission_comments&{PER_PAGE}"
        return self._pages(path)

    def more_ids(self, user: str) -> dict[str, str]:
        """Return nothing: the list of students says all."""
        return {}

    @reading("Canvas")
    def works(self) -> list[Work]:
        """Return what was handed in; Canvas also lists who handed in nothing."""
        return [
            Work(
                user=str(row["user_id"]),
                attempt=int(row.get("attempt") or 1),
                submitted_at=moment_of(row.get("submitted_at")),
                files=files_of(row),
                late=bool(row.get("late")),
            )
            for row in self._rows()
            if row.get("submitted_at") and row.get("workflow_state") != "unsubmitted"
        ]

    @reading("Canvas")
    def download(self, file: Attached, limit: int) -> bytes:
        """Return a file, which may lie on another host; the token stays with Canvas."""
        return self._site.download(file.url, limit)

    def comment_of(self, record: ResultRecord) -> str:
        """Return the comment as plain text, as Canvas shows it."""
        return comment_text(record)

    def page_name(self, assignment: str, page: bytes) -> str:
        """Return a name that tells one page from another: so a comment shows which it carries."""
        return f"{assignment}-feedback-{hashlib.sha256(page).hexdigest()[:8]}.html"

    @reading("Canvas")
    def standings(self) -> dict[str, Standing]:
        """Return what stands for everyone."""
        return {str(row["user_id"]): standing_of(row, self._me) for row in self._rows()}

    @reading("Canvas")
    def look(self, user: str, standing: Standing) -> Standing:
        """Ask for one submission again."""
        path = f"{self._assignment}/submissions/{user}?include[]=submission_comments"
        return standing_of(self._get(path), self._me)

    @reading("Canvas")
    def push(self, work: Work, feedback: Feedback, standing: Standing, sent: Sent | None) -> Sent:
        """Give grade, comment and file, so that one comment of ours stands on this attempt."""
        before = self._of_ours(standing, work, sent)
        page = hashlib.sha256(feedback.page or b"").hexdigest()
        there = self._same(standing, work, feedback)
        data = [("submission[posted_grade]", feedback.grade), ("prefer_points_over_scheme", "true")]
        given = Sent(
            feedback.digest(work),
            float(feedback.grade),
            was=standing.grade,
            comment_attempt=work.attempt,
            page=page,
        )
        if there is not None:
            self._put(work.user, data)
            stale = self._left(standing, sent) or (before if before != there else None)
            return self._cleared(work.user, replace(given, comment_id=there, stale_comment=stale))
        if before is not None and sent is not None and sent.page == page:
            self._ask("PUT", self._comment(work.user, before), [("comment", feedback.comment)])
            self._put(work.user, data)
            return replace(given, comment_id=before)
        data += [("comment[text_comment]", feedback.comment),
                 ("comment[attempt]", str(work.attempt))]  # fmt: skip
        if feedback.page is not None:
            file = self._upload(work.user, feedback.page_name, feedback.page)
            data.append(("comment[file_ids][]", file))
        found = self._put(work.user, data)
        new = self._same(standing_of(found, self._me), work, feedback)
        return self._cleared(work.user, replace(given, comment_id=new, stale_comment=before))

    def _of_ours(self, standing: Standing, work: Work, sent: Sent | None) -> str | None:
        """Return the comment that was sent last, where it is on this attempt and still there."""
        if sent is None or sent.comment_id is None or sent.comment_attempt != work.attempt:
            return None
        there = {comment.id for comment in standing.comments or ()}
        return sent.comment_id if sent.comment_id in there else None

    @staticmethod
    def _left(standing: Standing, sent: Sent | None) -> str | None:
        """Return the comment that an earlier run could not remove, where it is still there."""
        there = {comment.id for comment in standing.comments or ()}
        return sent.stale_comment if sent and sent.stale_comment in there else None

    @staticmethod
    def _same(standing: Standing, work: Work, feedback: Feedback) -> str | None:
        """Return a comment of ours that is this very one: its words, its file, this attempt."""
        stem = feedback.page_name.removesuffix(".html")
        found = [
            comment.id
            for comment in standing.comments or ()
            if plain(comment.text) == plain(feedback.comment)
            and comment.attempt in (None, work.attempt)
            and (feedback.page is None or any(name.startswith(stem) for name in comment.files))
        ]
        return found[-1] if found else None

    def _cleared(self, user: str, sent: Sent) -> Sent:
        """Remove the comment that another has replaced; where that fails, the next time tries."""
        if sent.stale_comment is None:
            return sent
        try:
            self._ask("DELETE", self._comment(user, sent.stale_comment))
        except RefusedError as error:
            if error.code != GONE:
                return sent
        return replace(sent, stale_comment=None)

    def _comment(self, user: str, comment: str) -> str:
        return f"{self._assignment}/submissions/{user}/comments/{comment}"

    def _put(self, user: str, data: Pairs) -> dict[str, Any]:
        """Change a submission; a call that appends a comment is not made twice."""
        harmless = not any(name.startswith("comment") for name, _ in data)
        return self._ask("PUT", f"{self._assignment}/submissions/{user}", data, harmless=harmless)

    def _upload(self, user: str, name: str, content: bytes) -> str:
        """Load a file up in Canvas's three steps; return its id."""
        path = f"{self._assignment}/submissions/{user}/comments/files"
        asked = [("name", name), ("size", str(len(content))), ("content_type", "text/html"),
                 ("on_duplicate", "rename")]  # fmt: skip
        ticket = self._ask("POST", path, asked)
        url = str(ticket.get("upload_url") or "")
        self._site.check_way(url)
        fields = [(key, str(value)) for key, value in as_dict(ticket.get("upload_params")).items()]
        answer = self._site.call(
            "POST", url, data=fields, files={"file": (name, content, "text/html")}
        )
        place = answer.headers.get("Location")
        if place and (300 <= answer.status < 400 or answer.status == 201):
            self._site.check_way(place)
            answer = self._site.call("GET", place)
        file = as_dict(json_of(answer)).get("id")
        if answer.status >= 300 or not file:
            raise RefusedError(f"Canvas did not take the feedback file (status {answer.status})")
        return str(file)

    def _pages(self, path: str) -> list[dict[str, Any]]:
        """Return the rows of all pages; the next one is where the header says."""
        rows: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            answer = self._answer("GET", path)
            rows += as_list(json_of(answer))
            links = parse_header_links(answer.headers.get("Link") or "")
            following = [link["url"] for link in links if link.get("rel") == "next"]
            if not following:
                return rows
            self._site.require_here(following[0])
            path = following[0]
        raise RefusedError(f"Canvas gave more than {MOST_PAGES} pages; expected fewer")

    def _get(self, path: str) -> dict[str, Any]:
        return self._ask("GET", path)

    def _ask(
        self, method: str, path: str, data: Pairs | None = None, *, harmless: bool = True
    ) -> dict[str, Any]:
        return as_dict(json_of(self._answer(method, path, data, harmless=harmless)))

    def _answer(
        self, method: str, path: str, data: Pairs | None = None, *, harmless: bool = True
    ) -> Answer:
        """Make a call. Raises TokenError, RefusedError or UnreachableError."""
        answer = self._site.call(method, path, data=data, harmless=harmless)
        require_no_redirect(answer, self._site)
        if answer.status == 401 and b"invalid access token" in answer.content.lower():
            raise TokenError(
                "Canvas does not know the token. Make a new one under Account > Settings > New "
                "Access Token, and see that it is the whole token and not expired."
            )
        if answer.status >= 400:
            raise RefusedError(
                f"Canvas refused {path.partition('?')[0]} (status {answer.status}): "
                f"{reason_of(answer)}",
                str(answer.status),
            )
        return answer
