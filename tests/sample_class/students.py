"""Everybody in the sample class."""

from tests.sample_class.cheats import CHEATS
from tests.sample_class.mistaken import MISTAKEN
from tests.sample_class.right import RIGHT
from tests.sample_class.troubled import TROUBLED

CLASS = (*RIGHT, *MISTAKEN, *TROUBLED, *CHEATS)
