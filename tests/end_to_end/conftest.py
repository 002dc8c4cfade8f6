"""The whole tool, and a school with each set of rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.whole import LMS, TOOL, School, Whole, running, school
from tests.platform.certificates import Certificate, make_certificate
from tests.platform.rules import CANVAS, MOODLE


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"), [LMS, TOOL])


@pytest.fixture
def whole(tmp_path: Path, certificate: Certificate) -> Iterator[Whole]:
    with running(tmp_path, certificate) as whole:
        yield whole


@pytest.fixture(params=[MOODLE, CANVAS], ids=["moodle", "canvas"])
def either(request: pytest.FixtureRequest, whole: Whole) -> School:
    return school(whole, request.param)


@pytest.fixture
def moodle(whole: Whole) -> School:
    return school(whole, MOODLE)


@pytest.fixture
def canvas(whole: Whole) -> School:
    return school(whole, CANVAS)
