"""Exporters for ``nbgrader export --exporter=autograder.lms.exporters.MoodleWorksheet``.

Points come from nbgrader's gradebook, sentences from the records that `autograder export` or
`autograder grade` left in the folder of results; a student without a record has points alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin
from traitlets import Unicode

from autograder.core.errors import ExplainedError
from autograder.lms import blackboard, canvas, moodle, tables
from autograder.lms.from_report import blank_record, with_gradebook
from autograder.lms.outcome import Exported
from autograder.lms.record import RecordError, ResultRecord, Student, read_record
from autograder.lms.roster import EMAIL, Roster, load_roster

NO_GRADES = "The gradebook knows of a submission and has no grade of it; a person has to look."


class ExporterError(ExplainedError):
    """Something that an exporter needs was not given; the message says how to give it."""


class RecordExporter(ExportPlugin):  # type: ignore[misc]  # nbgrader ships no types
    """Makes the records of what nbgrader was asked to export, and writes the file."""

    sheet = Unicode("", help="the table that the LMS gave for download").tag(config=True)
    column = Unicode("", help="the assignment's column in it").tag(config=True)
    graded = Unicode("graded", help="the folder with the results' pages and records").tag(
        config=True
    )
    students = Unicode("submitted/students.json", help="who is who").tag(config=True)
    default_file = "grades.csv"

    def export(self, gradebook: Gradebook) -> None:
        """Write the file, and log what is not in it. Raises ExporterError or SheetError."""
        records = self.records(gradebook)
        exported = self.make(records)
        place = Path(self.to or self.default_file)
        place.write_bytes(exported.content)
        self.log.info("%s: %d scores, %d comments", place, exported.grades, exported.comments)
        for note in exported.notes:
            self.log.info("%s", note)
        for line in exported.attention:
            self.log.warning("%s", line)

    def make(self, records: Sequence[ResultRecord]) -> Exported:
        """Return the file. Implemented by each exporter."""
        raise NotImplementedError

    def records(self, gradebook: Gradebook) -> list[ResultRecord]:
        """Return a record for each assignment and student, in order; blank where nothing came."""
        roster = load_roster(Path(self.students))
        wanted = [str(name) for name in self.assignment]
        chosen = [str(name) for name in self.student]
        return [
            self._record(gradebook, roster, assignment.name, student)
            for assignment in gradebook.assignments
            if not wanted or assignment.name in wanted
            for student in sorted(gradebook.students, key=lambda student: student.id)
            if not chosen or student.id in chosen
        ]

    def _record(
        self, gradebook: Gradebook, roster: Roster, assignment: str, student: object
    ) -> ResultRecord:
        name = str(getattr(student, "id", ""))
        parts = (getattr(student, "first_name", ""), getattr(student, "last_name", ""))
        ids = {
            "name": " ".join(part for part in parts if part),
            EMAIL: getattr(student, "email", "") or "",
        } | roster.ids(name, assignment)
        known = Student(name, {kind: text for kind, text in ids.items() if text})
        try:
            gradebook.find_submission(assignment, name)
        except MissingEntry:
            return blank_record(assignment, known)
        stored = self._stored(assignment, known) or blank_record(assignment, known)
        stored = replace(stored, student=known)  # what is known today, not what was then
        record = with_gradebook(stored, gradebook) or stored
        return record if record.tests else replace(record, trouble=NO_GRADES)

    def _stored(self, assignment: str, student: Student) -> ResultRecord | None:
        path = Path(self.graded) / "pages" / student.id / f"{assignment}.json"
        try:
            record = read_record(path)
        except OSError:
            return None
        except RecordError as error:
            self.log.warning("%s", error)
            return None
        is_it = (record.assignment, record.student.id) == (assignment, student.id)
        return record if is_it else None

    def _one_assignment(self, records: Sequence[ResultRecord]) -> list[ResultRecord]:
        """Return the records of those who handed in. Raises ExporterError unless of one."""
        name = type(self).__name__
        if len({record.assignment for record in records}) != 1:
            raise ExporterError(
                f"{name} exports one assignment; name it, for example with "
                "--assignment='[\"dropout\"]'."
            )
        handed_in = [record for record in records if record.tests or record.trouble]
        if not handed_in:
            raise ExporterError(
                f"{records[0].assignment}: nobody has a submission in the gradebook."
            )
        return handed_in

    def _sheet(self) -> bytes:
        name = type(self).__name__
        if not self.sheet:
            raise ExporterError(
                f"{name} fills the table that the LMS gives for download; name it with "
                f"--{name}.sheet=FILE."
            )
        return Path(self.sheet).read_bytes()


class Csv(RecordExporter):
    """A table as CSV, quoted as it has to be; a missing score is blank."""

    def make(self, records: Sequence[ResultRecord]) -> Exported:
        """Return the table."""
        return tables.csv_table(records)


class Xlsx(RecordExporter):
    """The same table as an Excel workbook."""

    default_file = "grades.xlsx"

    def make(self, records: Sequence[ResultRecord]) -> Exported:
        """Return the workbook."""
        return tables.xlsx_table(records)


class MoodleWorksheet(RecordExporter):
    """Moodle's downloaded grading worksheet, filled."""

    comment_column = Unicode("", help="the heading of the comments").tag(config=True)
    default_file = "moodle-worksheet.csv"

    def make(self, records: Sequence[ResultRecord]) -> Exported:
        """Return the filled worksheet."""
        return moodle.worksheet(
            self._sheet(),
            self._one_assignment(records),
            name=self.sheet,
            comment_column=self.comment_column or None,
        )


class MoodleFeedback(RecordExporter):
    """The zip of feedback files for Moodle."""

    default_file = "moodle-feedback.zip"

    def make(self, records: Sequence[ResultRecord]) -> Exported:
        """Return the zip."""
        chosen = self._one_assignment(records)
        folder = Path(self.graded)
        pages = {
            record.student.id: (folder / record.feedback_page).read_bytes()
            for record in chosen
            if record.feedback_page and (folder / record.feedback_page).is_file()
        }
        sheet = self._sheet() if self.sheet else None
        return moodle.feedback_zip(pages, chosen, sheet=sheet, name=self.sheet)


class CanvasCsv(RecordExporter):
    """Canvas's exported gradebook, reduced and filled."""

    default_file = "canvas.csv"

    def make(self, records: Sequence[ResultRecord]) -> Exported:
        """Return what Canvas imports."""
        chosen = self._one_assignment(records)
        return canvas.gradebook_csv(
            self._sheet(), chosen, name=self.sheet, column=self.column or None
        )


class BlackboardCsv(RecordExporter):
    """Blackboard's downloaded gradebook, reduced and filled."""

    default_file = "blackboard.csv"

    def make(self, records: Sequence[ResultRecord]) -> Exported:
        """Return what Blackboard uploads."""
        chosen = self._one_assignment(records)
        return blackboard.gradebook_csv(
            self._sheet(), chosen, name=self.sheet, column=self.column or None
        )
