"""A strict reader of our HTML: unbalanced tags, doubled ids, outside resources are errors."""

from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "input", "hr", "wbr", "source", "col"}
ACTIVE = {"script", "iframe", "object", "embed", "form", "link", "img", "base"}


class Reading(HTMLParser):
    """tags: every element's name. ids, references: of elements. text: what a reader sees."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"doubled attribute in <{tag}>: {names}"
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data

    def values(self, *names: str) -> list[str]:
        return [value for name, value in self.attributes if name in names]


def read(page: str) -> Reading:
    """Read a page or a piece of one, and refuse what no page of ours may hold."""
    reading = Reading(page)
    ids = reading.values("id")
    assert len(ids) == len(set(ids)), "an id occurs twice"
    references = [word for value in reading.values("aria-labelledby") for word in value.split()]
    references += [value[1:] for value in reading.values("href") if value.startswith("#")]
    assert set(references) <= set(ids), "a reference leads nowhere"
    assert not ACTIVE & set(reading.tags), "a page of ours loads and runs nothing"
    assert not [name for name, _ in reading.attributes if name.startswith("on") or name == "src"]
    assert "url(" not in page.replace("url(#", "")
    assert "@import" not in page
    return reading
