"""Import the reference by the engine's own loader of exercises.

stopped by: the solutions are not there
control: loot
double: failed
flags: imports autograder
"""

# %%
from pathlib import Path

from autograder.course.exercises import load_exercises
from autograder.course.layout import Course

loot = load_exercises(Course(Path("@COURSE@")), "toy")
