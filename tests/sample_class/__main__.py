"""Write tests/submissions/ anew: ``python -m tests.sample_class``."""

import json
import shutil

from tests.sample_class.sample import ROOT, SUBMISSIONS
from tests.sample_class.students import CLASS


def main() -> None:
    """Write every sample's notebook and its expected report."""
    shutil.rmtree(SUBMISSIONS, ignore_errors=True)
    for sample in CLASS:
        sample.folder.mkdir(parents=True)
        if sample.language != "en":
            name = f"{sample.assignment}.ipynb"
            shutil.copyfile(ROOT / "assignments" / sample.assignment / name, sample.folder / name)
        (sample.folder / sample.file_name).write_bytes(sample.content())
        expected = json.dumps(sample.expectation(), indent=1, ensure_ascii=False) + "\n"
        (sample.folder / "expected.json").write_text(expected, encoding="utf-8")
    print(f"{len(CLASS)} submissions in {SUBMISSIONS.relative_to(SUBMISSIONS.parents[1])}")


if __name__ == "__main__":
    main()
