"""The tool's pages in English."""

from types import MappingProxyType

from autograder.lti.steps import SENTENCES
from autograder.web.words.en_messages import FILES, MESSAGES
from autograder.web.words.interface import StudentWords, TeacherWords, Words

STUDENT = StudentWords(
    hand_in="Hand in",
    notebook="Your notebook (.ipynb)",
    drop_here="Drop the notebook here, or choose it.",
    chosen="Chosen: {name}",
    send="Hand in",
    sending="Sending …",
    rules="The rules",
    due="Due {time}.",
    no_due="No due date.",
    closes="Nothing is taken after {time}.",
    late_costs="Later, each day begun costs {percent} % of the points, at most {cap} %.",
    late_free="Later costs nothing.",
    keep=MappingProxyType(
        {
            "best": "Your best attempt counts: a later one never lowers the score.",
            "last": "Your last attempt counts.",
            "first": "Your first attempt counts.",
        }
    ),
    attempts_used="Attempts used: {used} of {allowed}.",
    attempts_free="As many attempts as you like. Used so far: {used}.",
    cool_down="Between two attempts: {minutes} min.",
    same_file="The same file again costs no attempt; it shows the result that it had.",
    limits="One notebook of at most {megabytes} MB; at most {per_hour} attempts an hour.",
    attempts="Your attempts",
    no_attempts="None yet.",
    number="Attempt",
    handed_in="Handed in",
    score="Score",
    state="State",
    counts="counts",
    counts_long="This attempt counts.",
    points="{points} of {max_points} points",
    late_penalty="Late: {points} points are taken off.",
    states=MappingProxyType(
        {
            "queued": "Waiting to be graded",
            "grading": "Being graded now",
            "graded": "Graded",
            "waits": "Waits for a person",
            "failed": "Could not be graded, which is not your fault",
        }
    ),
    attempt="Attempt {number}",
    open_attempt="Attempt {number}: open",
    back="Back to the exercise",
    file="File",
    place_next="It is the next in the queue.",
    place="Before it in the queue: {ahead}.",
    watching="This page shows the result by itself as soon as it is there.",
    reload="Look again",
    feedback="Feedback",
    feedback_alone="Open the feedback by itself",
    was_there="This very file was handed in before. Here is what came of it; it costs no attempt.",
    gradebook=MappingProxyType(
        {
            "waiting": "On its way to the gradebook of your course.",
            "delivered": "In the gradebook of your course.",
            "differs": "The gradebook of your course shows another value, which a teacher may have "
            "entered.",
            "refused": "Not in the gradebook of your course. Your teacher sees why.",
            "dead": "Not in the gradebook of your course. Your teacher sees why.",
        }
    ),
    refusals=MappingProxyType(
        {
            "closed": "The time for this exercise is over: nothing is taken any more.",
            "no_attempt_left": "All {number} attempts are used.",
            "one_at_work": "One attempt is being graded. The next may come when it is done.",
            "too_many_this_hour": "There were {number} attempts within an hour. The next may come "
            "at {time}.",
            "cooling_down": "The next attempt may come at {time}.",
        }
    ),
    refused_file="This file was not taken, and costs no attempt",
    files=FILES,
    preview="This is what students see. They can hand in here, teachers cannot: an LMS takes no "
    "score for a teacher.",
    regraded="It was graded again by your teacher.",
)

TEACHER = TeacherWords(
    class_="The class",
    student="Student",
    attempts="Attempts",
    last="Last handed in",
    score="Score",
    gradebook="In the gradebook",
    actions="Actions",
    delivery=MappingProxyType(
        {
            "none": "Nothing to send",
            "waiting": "Waiting",
            "delivered": "Delivered",
            "differs": "Another value is shown",
            "locked": "Locked",
            "refused": "Refused",
            "dead": "Given up",
        }
    ),
    because=SENTENCES,
    lms_says="The LMS says: {words}",
    shown="The gradebook shows {shown} on its own scale; {sent} of {maximum} points were sent. "
    "It was left as it is.",
    next_try="Tries so far: {tries}. The next one: {time}.",
    resend="Send again",
    resend_all="Send all again",
    regrade="Grade again",
    regrade_all="Grade all again",
    resend_of="Send the score of {student} again",
    regrade_of="Grade the attempts of {student} again",
    nobody="Nobody has handed in yet.",
    nameless="Your LMS passes on no names. The pseudonyms are those of the downloads.",
    no_line_item="The LMS keeps no grade for this activity, so no score is sent. In Moodle, edit "
    "the activity: Grade > Allow KeepProb to add grades in the gradebook. Then open it once more, "
    "and the scores follow.",
    who_is_missing="Who has not handed in?",
    missing="Not handed in: {count} of {students} students in the course",
    done_resend="Will be sent again: {count}.",
    done_regrade="Will be graded again: {count}.",
    done_policy="The rules are saved. Scores that they change are sent to the gradebook.",
    done_chosen="The assignment is chosen.",
    alerts="What needs a person",
    seen="Seen",
    policy="Rules",
    due_at="Due",
    closes_at="Closes",
    utc="in UTC",
    late_per_day="Late penalty for each day begun, in % of the points",
    late_cap="Late penalty at most, in %",
    keep="Which attempt counts",
    keeps=MappingProxyType({"best": "the best", "last": "the last", "first": "the first"}),
    allowed="Attempts",
    allowed_hint="empty: any number",
    cool_down="Minutes between two attempts",
    save="Save",
    policy_note="Late is what arrives here after the due date, by this server's clock. Empty: "
    "never. Where the LMS tells its due date, it is followed until you save another one here.",
    downloads="Downloads",
    downloads_note="The attempt that counts of each student. Where a file of the LMS is filled, "
    "download it there first. Packages for Gradescope and Coursera hold the hidden answer keys: "
    "whoever runs this tool makes them with autograder export.",
    formats=MappingProxyType(
        {
            "csv": "Table (CSV)",
            "xlsx": "Workbook (Excel)",
            "result": "Result records (JSON)",
            "moodle-worksheet": "Moodle: grading worksheet, filled",
            "moodle-feedback": "Moodle: feedback files (zip)",
            "canvas-csv": "Canvas: gradebook, filled",
            "blackboard-csv": "Blackboard: gradebook, filled",
        }
    ),
    sheet="File from the LMS",
    column="Column, where it cannot be found by itself",
    download="Download",
    made="The file holds {grades} scores and {comments} comments.",
    not_in_file="Not in the file as it should be",
    student_page="What students see",
    choose_title="Choose an assignment",
    choose="Choose",
    choose_note="Students who open this activity will work on it.",
    nothing_released="No assignment is released yet. Whoever runs this tool makes them with: "
    "autograder release",
    out_of="{points} points",
    going_back="Going back to your course …",
    go_on="Go on",
    faults=MappingProxyType(
        {
            "time": "{field}: “{value}” is no date with a time. Expected for example "
            "2027-01-31T23:59.",
            "number": "{field}: “{value}” is not possible here. Expected a number from {least} "
            "to {most}.",
            "keep": "Which attempt counts: expected best, last or first.",
            "order": "The exercise would close before it is due. Set the closing time to the due "
            "date or later.",
            "sheet": "Choose the file that the LMS gave for download.",
            "no_records": "Nothing is graded yet, so there is nothing to download.",
        }
    ),
)

ENGLISH = Words(
    lang="en",
    other_lang="zh",
    in_other="中文",
    skip="To the content",
    close="Close this window",
    new_tab="One more click: your browser keeps pages inside other pages from working.",
    new_tab_link="Open in a new tab",
    technical="For whoever manages the course",
    registered="“{platform}” is registered.",
    registered_moodle="In Moodle it is not ready yet: an administrator has to press “Activate” "
    "below the tool (Site administration > Plugins > Activity modules > External tool > Manage "
    "tools). Then a teacher can turn it on for the course (More > LTI External tools).",
    messages=MESSAGES,
    student=STUDENT,
    teacher=TEACHER,
)
