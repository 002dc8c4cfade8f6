"""Deep linking: what a teacher picks becomes an activity that opens it."""

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from tests.platform.launching import DEEP_LINKING
from tests.platform.picking import take_answer
from tests.platform.rules import CANVAS, MOODLE, Rules
from tests.web.test_protection import policy_of
from tests.web.world import KIT, LMS, World


def public_key(world: World) -> str:
    """Return the tool's public key in PEM form."""
    private = load_pem_private_key(world.keys.current().private_pem.encode(), None)
    return (
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    )


def pick(world: World, assignment: str = "dropout") -> str:
    """Let Tina pick an assignment; return what the LMS says of it."""
    browser = world.browser()
    browser.launch(world.tina)
    page = browser.submit("/lti/pick", assignment=assignment)
    assert page.status_code == 200, page.text
    form = browser.form(f"{LMS}/deep-linking/7")
    world.tool.public_key = public_key(world)  # so that the LMS fetches nothing
    with world.lms.app.test_request_context():
        return take_answer(world.lms, world.course, form.fields["JWT"])


def test_every_released_assignment_can_be_picked(world: World):
    browser = world.browser()
    text = browser.launch(world.tina).text
    assert browser.page.request.path == "/lti/pick"
    for name, offer in world.app.extensions["keepprob"].offered.items():
        assert offer.title("en") in text
        assert f'value="{name}"' in text
    assert "100 points" in text


def test_a_pick_becomes_an_activity_that_opens_the_assignment(world: World):
    assert "Picked: Dropout" in pick(world)
    *_, activity = world.course.links.values()
    assert activity.custom == {"assignment": "dropout"}
    assert activity.item is not None
    assert (activity.item.maximum, activity.item.resource_id) == (100.0, "dropout")
    assert "<h1>Dropout</h1>" in world.visit(world.alice, activity).page.text
    assert world.link().assignment == "dropout"


def test_the_answer_keeps_the_lms_own_data_and_invents_none(tmp_path):
    for number, rules in enumerate((MOODLE, CANVAS, Rules(deep_linking_data=None))):
        folder = tmp_path / str(number)
        folder.mkdir()
        world = World(folder, rules)
        pick(world)
        (answer,) = world.lms.answers
        kept = answer.get(f"{DEEP_LINKING}data")
        assert kept == rules.deep_linking_data
        world.db.close()


def test_the_page_may_post_to_the_lms_and_nowhere_else(world: World):
    browser = world.browser()
    browser.launch(world.tina)
    page = browser.submit("/lti/pick", assignment="dropout")
    assert policy_of(page)["form-action"] == f"'self' {LMS}"
    assert "data-go-on" in page.text
    assert "<button>Go on</button>" in page.text  # for browsers without scripts


def test_what_is_not_offered_cannot_be_picked(world: World):
    browser = world.browser()
    browser.launch(world.tina)
    assert browser.submit("/lti/pick", assignment="../secret").status_code == 404


def test_a_student_picks_nothing(world: World):
    browser = world.browser()
    form = browser.token(browser.login(world.alice))
    assert browser.post("/lti/launch", form).status_code == 403


def test_nothing_is_picked_in_a_visit_that_was_not_asked_to(world: World):
    browser = world.visit(world.tina)
    assert browser.get("/lti/pick").status_code == 401
    browser.get("/i/")
    page = browser.post("/lti/pick", {"csrf": browser.csrf(), "assignment": "dropout"})
    assert page.status_code == 401
    assert KIT not in page.text
