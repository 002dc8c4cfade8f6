"""What machines ask: alive, ready, and how much there is to do."""

import re

from prometheus_client.parser import text_string_to_metric_families

from tests.reading_docs import named_in_rows, read, section
from tests.web.test_teaching import graded
from tests.web.world import World, notebook


def metrics(world: World) -> dict[str, float]:
    text = world.browser().get("/metrics").text
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_process_that_answers_is_alive(world: World):
    assert world.browser().get("/healthz").text == "ok\n"


def test_it_is_ready_where_the_database_can_be_used(world: World):
    assert world.browser().get("/readyz").status_code == 200
    (world.settings.data / "kit.db").unlink()
    world.db.close()
    page = world.browser().get("/readyz")
    assert (page.status_code, page.text) == (503, "database\n")
    assert world.browser().get("/healthz").status_code == 200


def test_the_metrics_count_what_there_is(world: World):
    graded(world)
    world.visit(world.mei).hand_in(notebook("x = 1"))
    world.clock.forward(seconds=30)
    found = metrics(world)
    assert found["keepprob_attempts graded"] == 3
    assert found["keepprob_attempts queued"] == 1
    assert found["keepprob_attempts failed"] == 0
    assert found["keepprob_scores waiting"] == 2
    assert found["keepprob_scores dead"] == 0
    assert found["keepprob_queue_oldest_seconds"] == 30
    assert found["keepprob_outbox_oldest_seconds"] > 30
    assert found["keepprob_visits"] == 4


def test_the_metrics_of_a_new_tool_are_all_there(world: World):
    assert metrics(world)["keepprob_queue_oldest_seconds"] == 0


def test_the_metrics_say_nothing_of_anybody(world: World):
    graded(world)
    text = world.browser().get("/metrics").text
    assert not re.search(r"Alice|Bob|s-[0-9a-f]{12}|S-10|dropout", text)


def test_what_is_asked_often_needs_no_visit_and_begins_none(world: World):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert "Set-Cookie" not in world.browser().get(path).headers


def test_the_reference_names_each_metric(world: World):
    documented = named_in_rows(section(read("docs/reference/lti.md"), "Metrics"))
    assert {name for name in documented if name.startswith("keepprob")} == {
        name.partition(" ")[0] for name in metrics(world)
    }
