"""Records and downloaded tables for the tests of this folder."""

from autograder.lms.record import ResultRecord, Student, TaskResult

MOODLE_HEADER = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"'
)
CANVAS_HEADER = "Student,ID,SIS User ID,SIS Login ID,Section,Quiz (7),Dropout (4711),Final Score"
BLACKBOARD_HEADER = (
    '"Last Name","First Name","Username","Student ID","Last Access","Availability",'
    '"Dropout [Total Pts: 50 Score] |123456","Quiz [Total Pts: 10 Score] |7"'
)


def task(
    name: str = "dropout_forward",
    score: float | None = 15.0,
    maximum: float = 20.0,
    status: str = "failed",
    message: str = "Divide by keep_prob.",
) -> TaskResult:
    return TaskResult(
        f"check_{name}", name, score, maximum, status, "Not right yet", message_text=message
    )


def record(
    student: str = "ada",
    score: float | None = 15.0,
    maximum: float = 20.0,
    *,
    tasks: tuple[TaskResult, ...] | None = None,
    lms: dict[str, str] | None = None,
    **fields: object,
) -> ResultRecord:
    tests = (task(score=score, maximum=maximum),) if tasks is None else tasks
    return ResultRecord("dropout", Student(student, lms or {}), score, maximum, tests, **fields)


def moodle_row(number: int, name: str, email: str, grade: str = "", comment: str = "") -> str:
    """A row as Moodle 4.5 writes it: quotes only where a space or a comma asks for them."""
    return (
        f'"Participant {number}","{name}",{email},"No submission -  - ",{grade},100.00,Yes,-,-,'
        f"{comment}"
    )


def worksheet(*rows: str, end: str = "\n") -> bytes:
    return ("\ufeff" + end.join([MOODLE_HEADER, *rows]) + end).encode()
