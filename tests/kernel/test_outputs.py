"""What is kept of a cell's outputs is bounded, and nothing in it runs in a browser."""

from autograder.kernel.outputs import Outputs


def message(kind, **content):
    return {"header": {"msg_type": kind}, "content": content, "metadata": {}}


def test_made_up_errors_are_bounded_too():
    outputs = Outputs(1000)
    outputs.add(message("stream", name="N" * 10**6, text="x" * 2000))
    for _ in range(100):
        outputs.add(
            message("error", ename="E" * 10**6, evalue="v" * 10**6, traceback=["t"] * 10**4)
        )
    assert len(str(outputs.finished())) < 100_000


def test_pictures_and_text_are_kept_and_what_a_browser_would_run_is_not():
    outputs = Outputs(10_000)
    data = {
        "text/plain": "<Figure>",
        "image/png": "iVBORw0KGgo=",
        "text/html": "<img src=x onerror=alert(1)>",
        "text/markdown": "<script>alert(1)</script>",
        "image/svg+xml": "<svg onload=alert(1)></svg>",
        "application/javascript": "alert(1)",
    }
    outputs.add(message("display_data", data=data, metadata={}))
    (kept,) = outputs.finished()
    assert set(kept["data"]) == {"text/plain", "image/png"}
