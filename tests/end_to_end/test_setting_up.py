"""From one pasted address to an activity that a teacher picked and a student's score in it."""

from datetime import timedelta

from autograder.database import invitations
from tests.end_to_end.quick_engine import notebook
from tests.end_to_end.whole import School, Seat, Whole, school
from tests.platform.registering import TOOL_CONFIGURATION, registration_address
from tests.platform.rules import MOODLE
from tests.platform.visitor import Visitor


def invitation(whole: Whole) -> str:
    """Return the address that an administrator pastes into an LMS."""
    with whole.database.transaction() as session:
        token = invitations.invite(session, "a school", whole.clock(), timedelta(days=7))
    return f"{whole.url}/lti/register/{token}"


def paste(either: School, address: str, visitor: Visitor | None = None) -> Seat:
    """Paste the address into the LMS, whose administrator's browser opens it."""
    seat = Seat(either, visitor or either.whole.visitor(), either.teacher)
    seat.page = seat.visitor.get(registration_address(either.platform, address))
    return seat


def pick(either: School, assignment: str) -> Seat:
    """Add an activity to the course as a teacher does, and choose the assignment for it."""
    seat = either.open(either.teacher, picking=True)
    assert seat.page.url == f"{either.whole.url}/lti/pick", seat.page.text
    seat.page = seat.visitor.submit(seat.page, "/lti/pick", assignment=assignment)
    seat.page = seat.visitor.submit(seat.page, "/deep-linking/")
    return seat


def test_from_the_invitation_to_a_score(whole: Whole):
    either = school(whole, MOODLE, registered=False)
    page = paste(either, invitation(whole)).page
    assert "org.imsglobal.lti.close" in page.text
    assert either.open(either.alice).page.status_code == 400  # it is pending
    either.platform.activate()
    assert "Picked: Dropout" in pick(either, "dropout").page.text
    link = list(either.course.links.values())[-1]
    either.open(either.alice, link=link).hand_in(notebook(15))
    whole.grade()
    whole.deliver()
    assert link.item is not None
    assert either.platform.shown(link.item, either.alice) == link.item.maximum * 0.75


def test_an_invitation_is_good_for_one_lms(either: School):
    address = invitation(either.whole)
    paste(either, address)
    count = len(either.platform.tools)
    assert paste(either, address).page.status_code == 404
    assert len(either.platform.tools) == count


def test_what_the_tool_asks_for_when_it_registers(either: School):
    paste(either, invitation(either.whole))
    wanted = list(either.platform.tools.values())[-1].registered_with
    assert wanted["redirect_uris"] == [f"{either.whole.url}/lti/launch"]
    assert wanted["token_endpoint_auth_method"] == "private_key_jwt"
    claims = wanted[TOOL_CONFIGURATION]["claims"]
    assert "name" in claims
    assert "email" not in claims  # nobody asked for it in the settings


def test_a_teacher_picks_what_students_open(either: School):
    seat = pick(either, "dropout")
    assert "Picked: Dropout" in seat.page.text
    link = list(either.course.links.values())[-1]
    assert link.custom["assignment"] == "dropout"
    assert "Dropout" in either.open(either.alice, link=link).page.text


def test_an_activity_without_an_assignment_gets_one_from_its_teacher(either: School):
    link = either.platform.add_link(either.course, "Week 3")
    assert "No assignment is chosen here yet" in either.open(either.alice, link=link).page.text
    seat = either.open(either.teacher, link=link)
    seat.page = seat.visitor.submit(seat.page, "/i/choose", assignment="dropout")
    assert "Dropout" in either.open(either.alice, link=link).page.text
