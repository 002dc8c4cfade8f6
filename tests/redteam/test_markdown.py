"""Nothing in a student's Markdown runs where nbgrader shows it; what is legitimate is shown."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.course.layout import find_course
from autograder.gradebook.course_config import load_config

BOOTSTRAP = Path(handlers.template_path).parent / "static/node_modules/bootstrap/dist/css"
MARK = "between-the-cells"
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)></svg>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "![x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "<iframe src='https://example.org'></iframe>",
    "<form action='https://example.org'><button>x</button></form>",
    "<style>body { display: none }</style>",
    "<p style='position:fixed;inset:0;background:url(https://example.org)'>x</p>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href='https://example.org/'>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<details open ontoggle=alert(1)>x</details>",
    "<div class='score' id='total-score'>100</div>",
    "```mermaid\ngraph TD; A-->B; click A call alert()\n```",
    "$$<script>alert(1)</script>$$",
    "<scr<!-- -->ipt>alert(1)</script>",
]
RUNS = re.compile(
    r"<script>alert|<[^>]*\son\w+\s*=|(?:href|src)\s*=\s*[\"']?\s*(?:java|data:text)|<iframe|<form|"
    r"<style>body|position:\s*fixed|<meta http-equiv|<base|<svg onload|total-score|class=.mermaid.",
    re.I,
)
HONEST = """# A heading

A formula $a < b$ and one of its own: $$\\sum_i w_i^2$$

| left | right |
| ---- | ----: |
| 1    | 2     |

```python
if a < b:
    print("smaller")
```

*emphasis*, `x < y`, a [link](https://example.org/page), ![a picture](https://example.org/a.png)

<details><summary>more</summary>text</details>
"""
SHOWN = [
    "A heading", "$a &lt; b$", "$$\\sum_i w_i^2$$", "<td", "text-align:", 'class="highlight',
    "<em>emphasis</em>", "<code>x &lt; y</code>", 'href="https://example.org/page"',
    'src="https://example.org/a.png"', "<summary>more</summary>",
]  # fmt: skip


def shown(
    template: str, *texts: str, safely: bool = True, make: Any = nbformat.v4.new_markdown_cell
) -> list[str]:
    """Export a student's cells as the formgrader or the feedback does; return each one's part."""
    course = load_config(find_course(Path(__file__).parent).root)
    config = Config({"HTMLExporter": course.HTMLExporter if safely else {}})
    config.HTMLExporter.template_name = template
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    config.HTMLExporter.extra_template_paths = [str(BOOTSTRAP)]
    cells = [make(text) for text in between(texts)]
    resources = {
        "nbgrader": {"score": 0, "max_score": 0, "assignment": "a", "late_penalty": 0},
        "notebook_id": "n",
        "assignment_id": "a",
        "base_url": "/",
        "submission_id": "i",
        "index": 0,
        "total": 1,
    }
    notebook = nbformat.v4.new_notebook(cells=cells)
    html, _ = HTMLExporter(config=config).from_notebook_node(notebook, resources=resources)
    return html.split(MARK)[1:-1]


def between(texts: tuple[str, ...]) -> list[str]:
    return [MARK, *(text for pair in zip(texts, [MARK] * len(texts), strict=True) for text in pair)]


@pytest.mark.parametrize("template", ["formgrade", "feedback"])
def test_nothing_in_markdown_runs(template: str):
    parts = shown(template, *HOSTILE)
    assert len(parts) == len(HOSTILE)
    assert [RUNS.findall(part) for part in parts] == [[]] * len(parts)
    raw = shown(template, *HOSTILE, make=nbformat.v4.new_raw_cell)
    assert [RUNS.findall(part) for part in raw] == [[]] * len(HOSTILE)


@pytest.mark.parametrize("template", ["formgrade", "feedback"])
def test_without_the_filter_most_of_it_would(template: str):
    parts = shown(template, *HOSTILE, safely=False)
    assert sum(RUNS.search(part) is not None for part in parts) >= 15


@pytest.mark.parametrize("template", ["formgrade", "feedback"])
def test_legitimate_markdown_is_shown(template: str):
    (part,) = shown(template, HONEST)
    assert [text for text in SHOWN if text not in part] == []
