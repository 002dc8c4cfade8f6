"""Registration: one pasted address, used once, and words for what is left to do."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from autograder.database import invitations
from autograder.database.tables import Deployment, Invitation, Platform
from tests.platform.registering import TOOL_CONFIGURATION, registration_address
from tests.web.test_protection import policy_of
from tests.web.world import KIT, LMS, Browser, World


@pytest.fixture
def world(tmp_path):
    """An LMS that the tool does not know yet."""
    world = World(tmp_path)
    with world.db.transaction() as session:
        session.delete(session.scalars(select(Platform)).one())
    world.lms.tools.clear()
    yield world
    world.db.close()


def invitation(world: World) -> str:
    with world.db.transaction() as session:
        token = invitations.invite(session, "for the tests", world.clock())
    return f"{KIT}/lti/register/{token}"


def register(world: World, address: str) -> Browser:
    browser = world.browser()
    browser.get(registration_address(world.lms, address))
    return browser


def registered(world: World) -> list[Platform]:
    with world.db.reading() as session:
        return list(session.scalars(select(Platform)))


def test_one_address_registers_both_sides(world: World):
    browser = register(world, invitation(world))
    assert browser.page.status_code == 200
    (platform,) = registered(world)
    tool = world.lms.activate()
    assert (platform.issuer, platform.client_id) == (LMS, tool.client_id)
    assert (platform.product, platform.token_url) == ("moodle", f"{LMS}/token")
    with world.db.reading() as session:
        (deployment,) = session.scalars(select(Deployment.deployment_id))
    assert deployment == tool.deployment_id
    world.tool = tool
    assert "<h1>Dropout</h1>" in world.visit(world.alice).page.text


def test_the_page_says_what_moodles_administrator_has_to_press(world: World):
    page = register(world, invitation(world)).page
    assert "has to press “Activate”" in page.text
    assert 'data-registered="org.imsglobal.lti.close"' in page.text
    assert policy_of(page)["frame-ancestors"] == f"'self' {LMS}"
    script = world.browser().get("/kit.js").text
    assert "postMessage" in script


def test_other_lmss_are_not_told_of_moodles_button(world: World):
    world.lms.set(product="canvas", needs_activation=False)
    page = register(world, invitation(world)).page
    assert "Activate" not in page.text
    assert "know each other now" in page.text


def test_what_the_lms_is_told(world: World):
    register(world, invitation(world))
    told = world.lms.activate().registered_with
    assert told["initiate_login_uri"] == f"{KIT}/lti/login"
    assert told["redirect_uris"] == [f"{KIT}/lti/launch"]
    assert told["jwks_uri"] == f"{KIT}/lti/jwks"
    assert told[TOOL_CONFIGURATION]["target_link_uri"] == f"{KIT}/lti/launch"


def test_an_invitation_works_once(world: World):
    address = invitation(world)
    register(world, address)
    page = register(world, address).page
    assert (page.status_code, "cannot be used" in page.text) == (404, True)
    assert len(registered(world)) == 1


def test_without_an_invitation_nobody_registers(world: World):
    page = register(world, f"{KIT}/lti/register/made-up").page
    assert page.status_code == 404
    assert (registered(world), world.network.asked) == ([], [])


def test_an_invitation_ends(world: World):
    address = invitation(world)
    world.clock.forward(days=7, seconds=1)
    assert register(world, address).page.status_code == 404
    assert registered(world) == []


def test_an_address_opened_by_hand_says_where_it_belongs_and_is_not_spent(world: World):
    address = invitation(world)
    page = world.browser().get(address)
    assert "belongs into your LMS" in page.text
    assert register(world, address).page.status_code == 200


def test_a_failed_registration_says_why_and_leaves_the_invitation(world: World):
    world.lms.fail("/register", 500, body="out of order")
    address = invitation(world)
    page = register(world, address).page
    assert page.status_code == 502
    assert "out of order" in page.text
    assert registered(world) == []
    assert register(world, address).page.status_code == 200


def test_an_lms_speaks_for_itself_alone(world: World):
    world.lms._issuer = "https://another.example"
    page = register(world, invitation(world)).page
    assert page.status_code == 502
    assert registered(world) == []


def test_the_same_lms_twice_is_two_registrations_of_two_clients(world: World):
    for _ in range(2):
        register(world, invitation(world))
    assert len({platform.client_id for platform in registered(world)}) == 2


def test_invitations_are_kept_as_hashes(world: World):
    token = invitation(world).rpartition("/")[2]
    with world.db.reading() as session:
        (kept,) = session.scalars(select(Invitation))
    assert token not in kept.token_hash
    assert kept.expires_at - kept.created_at == timedelta(days=7)


def test_canvas_reads_the_tool_from_an_address(world: World):
    told = world.browser().get("/lti/config.json").json
    assert told["oidc_initiation_url"] == f"{KIT}/lti/login"
    assert told["public_jwk_url"] == f"{KIT}/lti/jwks"
    (canvas,) = told["extensions"]
    assert canvas["privacy_level"] == "name_only"
    assert {place["message_type"] for place in canvas["settings"]["placements"]} == {
        "LtiDeepLinkingRequest"
    }
