"""Pages for everybody: what a screen reader needs, colours that can be read, and no motion."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from autograder.web.pages import _style
from tests.feedback.test_colours import contrast, palettes
from tests.web.test_teaching import graded
from tests.web.world import World, notebook

VOID = {"meta", "link", "input", "br"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    within: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads a page as a list of elements, each with all the text inside it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        assert not self._open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        within = [element.tag for element in self._open]
        element = Element(tag, {name: value or "" for name, value in attrs}, within=within)
        self.found.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.found if element.tag in tags]


def pages(world: World) -> dict[str, str]:
    """Return every kind of page, in the state in which it shows most."""
    graded(world)
    world.set_policy(late_penalty_per_day=0.1, attempts_allowed=5, cool_down_seconds=60)
    student, teacher = world.visit(world.alice), world.visit(world.tina)
    waiting = world.visit(world.mei).hand_in(notebook("3")).text
    done = next(row.public_id for row in world.attempts() if row.state == "graded")
    return {
        "exercise": student.get("/a/").text,
        "waiting": waiting,
        "graded": student.get(f"/a/attempt/{done}").text,
        "refused file": student.hand_in(b"no notebook").text,
        "class": teacher.get("/i/").text,
        "wrong rules": teacher.submit("/i/policy", late_penalty_cap="much").text,
        "message": world.browser().get("/a/").text,
        "invitation": world.browser().get("/lti/register/none").text,
    }


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reader]:
    world = World(tmp_path_factory.mktemp("pages"))
    found = {name: Reader(text) for name, text in pages(world).items()}
    world.db.close()
    return found


def test_each_page_has_one_title_a_language_and_a_way_past_its_head(read: dict[str, Reader]):
    for name, page in read.items():
        (html,) = page.all("html")
        (title,), (heading,), (main,) = page.all("title"), page.all("h1"), page.all("main")
        assert html.attributes["lang"] in {"en", "zh"}, name
        assert title.text.strip(), name
        assert heading.text.strip(), name
        skip = page.all("a")[0]
        assert skip.attributes["href"] == f"#{main.attributes['id']}", name


def test_headings_skip_no_level(read: dict[str, Reader]):
    for name, page in read.items():
        levels = [int(element.tag[1]) for element in page.all("h1", "h2", "h3", "h4")]
        assert levels[0] == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), (name, levels)


def test_every_field_button_link_and_frame_has_a_name(read: dict[str, Reader]):
    for name, page in read.items():
        labelled = {label.attributes.get("for"): label.text.strip() for label in page.all("label")}
        for element in page.all("input", "select", "button", "a", "iframe"):
            if element.attributes.get("type") == "hidden":
                continue
            said = element.attributes.get("aria-label") or element.attributes.get("title")
            said = said or element.text.strip() or labelled.get(element.attributes.get("id"))
            assert said or "label" in element.within, (name, element)


def test_what_refers_to_another_element_finds_it_once(read: dict[str, Reader]):
    for name, page in read.items():
        ids = [e.attributes["id"] for e in page.found if "id" in e.attributes]
        assert len(ids) == len(set(ids)), name
        for element in page.found:
            for reference in ("for", "aria-labelledby", "aria-describedby"):
                assert set(element.attributes.get(reference, "").split()) <= set(ids), name


def test_tables_name_their_rows_and_columns(read: dict[str, Reader]):
    for page in read.values():
        assert all("scope" in cell.attributes for cell in page.all("th"))
    assert read["class"].all("table")
    assert read["exercise"].all("table")


def test_what_happens_is_told_to_a_screen_reader(read: dict[str, Reader]):
    roles = {
        name: {element.attributes.get("role") for element in page.found}
        for name, page in read.items()
    }
    assert "status" in roles["waiting"]
    assert "alert" in roles["refused file"]
    assert "alert" in roles["wrong rules"]


# --- colours, focus and motion


def rules() -> list[tuple[str, str]]:
    """Return selectors and declarations of the pages' style, those within media queries too."""
    return re.findall(r"([^{}]+)\{([^{}]*)\}", _style())


def colour(text: str, scheme: dict[str, str]) -> str | None:
    """Return a colour that a declaration names, as #rrggbb; None for `transparent` and such."""
    if found := re.fullmatch(r"var\(--([\w-]+)\)", text):
        return scheme[found[1]]
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        return "#" + "".join(2 * digit for digit in text[1:])
    return text if re.fullmatch(r"#[0-9a-f]{6}", text) else None


SCHEMES = {"light": palettes()[0], "dark": palettes()[0] | palettes()[1]}
schemes = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)


@schemes
def test_text_can_be_read_on_the_ground_that_comes_with_it(scheme: dict[str, str]):
    seen = 0
    for selector, declared in rules():
        inks = re.findall(r"(?<![\w-])color: ([^;]+)", declared)
        grounds = re.findall(r"background: ([^;]+)", declared)
        for ink in filter(None, (colour(text, scheme) for text in inks)):
            for ground in filter(None, (colour(text, scheme) for text in grounds)):
                seen += 1
                assert contrast(ink, ground) >= 4.5, selector
    assert seen >= 5


@schemes
def test_states_carry_white_text(scheme: dict[str, str]):
    badges = [declared for selector, declared in rules() if ".badge." in selector]
    grounds = [colour(found, scheme) for text in badges
               for found in re.findall(r"background: ([^;]+);", text)]  # fmt: skip
    assert len(grounds) >= 10
    assert all(ground and contrast("#ffffff", ground) >= 4.5 for ground in grounds)


@schemes
@pytest.mark.parametrize("ground", ["ground", "card", "code"])
def test_fields_and_the_mark_of_the_focus_stand_out(scheme: dict[str, str], ground: str):
    for edge in ("quiet", "link"):
        assert contrast(scheme[edge], scheme[ground]) >= 3, edge
    edges = {declared for selector, declared in rules() if selector.strip() == "input, select"}
    assert "border: 1px solid var(--quiet)" in edges.pop()


def test_nothing_hides_the_focus():
    style = _style()
    assert not re.search(r"outline(-width)?: *(0|none)", style)
    for kind in ("a", "button", "input", "select", "summary", "iframe"):
        assert re.search(rf"(^|[\s,]){kind}:focus-visible", style), kind


def test_nothing_moves_for_whoever_wants_no_motion():
    style = _style()
    still = style[style.index("prefers-reduced-motion: reduce") :]
    moving = set(re.findall(r"([^{}\s]+) \{[^}]*animation: (?!none)", style))
    assert moving
    for selector in moving:
        assert f"{selector} {{ animation: none" in still
    assert "transition" not in style
