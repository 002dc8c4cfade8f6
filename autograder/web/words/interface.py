"""What a language must be able to say on the tool's pages. In braces: what `str.format` fills in.

The words are plain text; templates escape them.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """A page that says one thing. todo: what to do about it."""

    title: str
    todo: str


@dataclass(frozen=True)
class StudentWords:
    """A student's page, and the pages of attempts."""

    hand_in: str
    notebook: str
    drop_here: str
    chosen: str
    send: str
    sending: str
    rules: str
    due: str
    no_due: str
    closes: str
    late_costs: str
    late_free: str
    keep: Mapping[str, str]
    attempts_used: str
    attempts_free: str
    cool_down: str
    same_file: str
    limits: str
    attempts: str
    no_attempts: str
    number: str
    handed_in: str
    score: str
    state: str
    counts: str
    counts_long: str
    points: str
    late_penalty: str
    states: Mapping[str, str]
    attempt: str
    open_attempt: str
    back: str
    file: str
    place_next: str
    place: str
    watching: str
    reload: str
    feedback: str
    feedback_alone: str
    was_there: str
    gradebook: Mapping[str, str]
    refusals: Mapping[str, str]
    refused_file: str
    files: Mapping[str, str]
    preview: str
    regraded: str


@dataclass(frozen=True)
class TeacherWords:
    """An instructor's table, the policy, the downloads, and the choice of an assignment."""

    class_: str
    student: str
    attempts: str
    last: str
    score: str
    gradebook: str
    actions: str
    delivery: Mapping[str, str]
    because: Mapping[str, str]
    lms_says: str
    shown: str
    next_try: str
    resend: str
    resend_all: str
    regrade: str
    regrade_all: str
    resend_of: str
    regrade_of: str
    nobody: str
    nameless: str
    no_line_item: str
    who_is_missing: str
    missing: str
    done_resend: str
    done_regrade: str
    done_policy: str
    done_chosen: str
    alerts: str
    seen: str
    policy: str
    due_at: str
    closes_at: str
    utc: str
    late_per_day: str
    late_cap: str
    keep: str
    keeps: Mapping[str, str]
    allowed: str
    allowed_hint: str
    cool_down: str
    save: str
    policy_note: str
    downloads: str
    downloads_note: str
    formats: Mapping[str, str]
    sheet: str
    column: str
    download: str
    made: str
    not_in_file: str
    student_page: str
    choose_title: str
    choose: str
    choose_note: str
    nothing_released: str
    out_of: str
    going_back: str
    go_on: str
    faults: Mapping[str, str]


@dataclass(frozen=True)
class Words:
    """All words of one language. lang: its tag; messages: by the code of what happened."""

    lang: str
    other_lang: str
    in_other: str
    skip: str
    close: str
    new_tab: str
    new_tab_link: str
    technical: str
    registered: str
    registered_moodle: str
    messages: Mapping[str, Message]
    student: StudentWords
    teacher: TeacherWords
