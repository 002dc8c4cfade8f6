"""LTI's vocabulary of roles. Only what somebody is in the course of the launch counts."""

from collections.abc import Iterable

LEARNER = "Learner"
INSTRUCTOR = "Instructor"

COURSE = "http://purl.imsglobal.org/vocab/lis/v2/membership"


class InCourse:
    """Somebody whose roles in a course are known."""

    roles: tuple[str, ...]

    @property
    def is_instructor(self) -> bool:
        """Whether the person teaches this course; a teacher elsewhere, or an admin, does not."""
        return INSTRUCTOR in self.roles

    @property
    def is_learner(self) -> bool:
        """Whether the person is a student of this course."""
        return LEARNER in self.roles


def in_course(roles: Iterable[str]) -> tuple[str, ...]:
    """Return the short names of the roles in the course, such as ``Learner``, each once.

    A role of the institution or the system says nothing of this course: a teacher elsewhere may be
    a student here. Of a sub-role its main role counts: the vocabulary has a teaching assistant
    below ``Instructor``, and a teacher who sits in as a learner below ``Learner``.
    """
    found = (_name(role) for role in roles)
    return tuple(dict.fromkeys(name for name in found if name))


def _name(role: str) -> str:
    place, _, name = role.rpartition("#")
    if not place:
        return name if name.isalpha() else ""
    if place == COURSE:
        return name
    if place.startswith(COURSE + "/"):
        main = place.removeprefix(COURSE + "/")
        return main[:1].upper() + main[1:]
    return ""
