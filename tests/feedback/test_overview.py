"""The overview of a class, and the counts it draws."""

from dataclasses import replace

from autograder.core.report import FAILED, NOT_ATTEMPTED, PASSED, Report
from autograder.feedback.labels import ENGLISH
from autograder.feedback.overview import MOST_ROWS, overview_page, relative_url
from autograder.feedback.tally import (
    losses,
    median_share,
    score_bins,
    tally_exercises,
    tally_misconceptions,
)
from tests.feedback.reading_html import read
from tests.feedback.samples import lost, open_, passed, report


def scored(student: str, share: float) -> Report:
    status = PASSED if share == 1 else FAILED
    return report(student, exercises=(lost("f", status, f"{student} reads this.", share),))


def wrong(student: str, misconception: str, message: str) -> Report:
    exercise = lost("f", FAILED, message, misconception=misconception)
    return report(student, exercises=(exercise,))


CLASS = [scored("ada", 1), scored("ben", 0.5), scored("cem", 0), report("dora")]


def test_scores_fall_into_steps_of_ten_percent():
    bins, missing = score_bins([scored("a", x) for x in (0, 0.05, 0.1, 0.3, 0.7, 0.99, 1, 1)])
    assert bins == [2, 1, 0, 1, 0, 0, 0, 1, 0, 1, 2]
    assert missing == 0


def test_a_missing_score_is_counted_apart():
    assert score_bins([report()])[1] == 1
    assert median_share([report(), scored("a", 0.4)]) == 0.4
    assert median_share([report()]) is None


def test_statuses_are_counted_by_exercise():
    reports = [report("a", exercises=(passed("f"),)), report("b", exercises=(open_("f"),))]
    (tally,) = tally_exercises(reports)
    assert (tally.counts[PASSED], tally.counts["not_gradable"]) == (1, 1)
    assert tally.counts[NOT_ATTEMPTED] == 0
    assert tally.mean == 1


def test_misconceptions_are_counted_commonest_first_and_pairs_for_both():
    reports = [wrong("a", "x+y", "X. Y."), wrong("b", "y", "Y."), wrong("c", "z", "Z.")]
    found = [(tally.name, tally.count, tally.sentence) for tally in tally_misconceptions(reports)]
    assert found == [("y", 2, "Y."), ("x", 1, "X. Y."), ("z", 1, "Z.")]


def test_what_cost_most_comes_first():
    exercises = (passed("f"), lost("predict", FAILED, "m", 0.5), lost("g", FAILED, "m"), open_("h"))
    assert [e.name for e in losses(report(exercises=exercises))] == ["h", "g", "predict"]


def test_every_student_has_a_line_with_a_link():
    reading = read(overview_page(CLASS, "Autumn"))
    assert [href for href in reading.values("href") if not href.startswith("#")] == [
        "./ada/dropout.html", "./ben/dropout.html", "./cem/dropout.html", "./dora/dropout.html"
    ]  # fmt: skip
    assert "ben reads this." in reading.text


def test_a_class_of_thousands_is_folded_and_every_student_listed_once():
    names = [f"student{number:04d}" for number in range(2 * MOST_ROWS + 1)]
    page = overview_page([report(name) for name in names], "Autumn")
    hrefs = [href for href in read(page).values("href") if not href.startswith("#")]
    assert hrefs == [f"./{name}/dropout.html" for name in names]
    students = page.partition('class="names"')[2]
    assert students.count("<details>") == students.count("</details>") == 3
    assert f"<bdi>{names[0]}</bdi> – <bdi>{names[MOST_ROWS - 1]}</bdi>" in students


def test_a_line_of_a_large_class_is_short():
    exercises = tuple(lost(f"exercise_{letter}", FAILED, "m" * 160) for letter in "abcdef")
    sizes = [
        len(overview_page([report(f"s{n:03d}", exercises=exercises) for n in range(count)], "x"))
        for count in (50, 150)
    ]
    assert (sizes[1] - sizes[0]) / 100 < 2_000


def test_pages_may_lie_elsewhere():
    page = overview_page(CLASS[:1], "Autumn", page_of=lambda report: f"pages/{report.student}.html")
    assert 'href="./pages/ada.html"' in page


def test_a_link_can_only_lead_below_the_page():
    assert relative_url("javascript:alert(1)/x.html") == "./javascript%3Aalert%281%29/x.html"
    assert relative_url("a b/é?#.html") == "./a%20b/%C3%A9%3F%23.html"
    assert relative_url("\udcff/x.html").startswith("./%")


def test_the_misconception_is_shown_with_its_count_and_sentence():
    reports = [wrong(name, "forgets", "Divide by keep_prob.") for name in "abc"]
    text = read(overview_page(reports, "Autumn")).text
    assert "forgets" in text
    assert "Divide by keep_prob." in text


def test_a_misconception_is_shown_in_the_overviews_own_language():
    chinese = wrong("li", "forgets", "请除以 keep_prob。")
    chinese = replace(chinese, facts={"language": "zh"})
    both = [chinese, wrong("ada", "forgets", "Divide by keep_prob.")]
    assert [tally.sentence for tally in tally_misconceptions(both)] == ["Divide by keep_prob."]
    assert [tally.sentence for tally in tally_misconceptions([chinese])] == ["请除以 keep_prob。"]


def test_what_no_exercise_asks_for_is_listed_with_its_student():
    flagged = report("eve", facts={"flags": ["cell 3, line 1: imports <gc>"]})
    page = overview_page([report("ada"), flagged], "A class")
    listed = page.partition(ENGLISH.flagged)[2]
    assert "imports &lt;gc&gt;" in listed
    assert "eve" in listed
    assert "ada" not in listed


def test_a_class_without_flags_has_no_such_list():
    assert ENGLISH.flagged not in overview_page([report("ada")], "A class")


def test_what_was_repaired_is_listed_with_its_student():
    repaired = report("bo", repairs=("The cell check_predict was missing.",))
    listed = overview_page([report("ada"), repaired], "A class").partition(ENGLISH.repairs)[2]
    assert "check_predict was missing" in listed
    assert "ada" not in listed
    assert ENGLISH.repairs not in overview_page([report("ada")], "A class")


def test_each_drawing_has_words_beside_it():
    reading = read(overview_page(CLASS, "Autumn"))
    drawn = reading.values("aria-label")
    assert "Number of submissions by score, in percent of the points" in drawn
    assert "Passed: 1; Not right yet: 2" in drawn
    assert "90–99 %" in reading.text


def test_each_assignment_has_a_chapter():
    reports = [scored("ada", 1), report("ada", assignment="l2", exercises=(passed("g"),))]
    reading = read(overview_page(reports, "Autumn"))
    assert reading.tags.count("h2") == 2
    assert "./ada/l2.html" in reading.values("href")


def test_a_class_without_reports_has_a_page():
    assert "Autumn" in read(overview_page([], "Autumn")).text


def test_a_class_whose_notebooks_are_all_unreadable_has_a_page():
    read(overview_page([report(exercises=(), trouble="Not a notebook.")], "Autumn"))


def test_a_status_of_a_later_version_waits_for_a_person():
    read(overview_page([report(exercises=(lost("f", "disputed", "m"),))], "Autumn"))


def test_text_of_strangers_stays_text():
    text = "<script>alert(1)</script>"
    reading = read(overview_page([wrong(text, text, text)], text))
    assert reading.text.count(text) >= 5


def test_the_overview_is_of_itself_complete():
    page = overview_page(CLASS, "Autumn")
    assert "http://" not in page
    assert "https://" not in page
