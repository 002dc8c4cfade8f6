"""Write docs/benchmarks.md: the template's words, and the measured numbers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.chart import draw_chart
from benchmarks.course import KINDS
from benchmarks.goals import goals
from benchmarks.record import as_text
from benchmarks.stages import ONCE
from benchmarks.summary import grown, missing, rows, stages, unfair

TEMPLATE = "page.md.jinja"
MIB = 2**20


def write_page(content: dict[str, Any], root: Path, results: Path) -> Iterator[Path]:
    """Write page, chart and measurements; yield their paths."""
    results.write_text(as_text(content), encoding="utf-8")
    yield results
    chart = root / "docs" / "images" / "benchmarks.svg"
    draw_chart(content["parts"], chart)
    yield chart
    page = root / "docs" / "benchmarks.md"
    page.write_text(page_text(content), encoding="utf-8")
    yield page


def page_text(content: dict[str, Any]) -> str:
    """Return the page. content: as in results.json."""
    parts = content["parts"]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = environment.get_template(TEMPLATE).render(
        machine=content["machine"],
        settings=content["settings"],
        kinds=[(kind, rows(parts, kind)) for kind in KINDS],
        goals=goals(parts),
        unfair=unfair(parts),
        stages=[(kind, stages(parts, kind)) for kind in KINDS],
        once=ONCE,
        missing=missing(parts, content["settings"]),
        memory=parts.get("memory"),
        growth=grown(parts),
        mib=lambda count: f"{count / MIB:,.0f}",
    )
    return text.rstrip("\n") + "\n"
