"""nbgrader's gradebook: making it, and writing scores into it with nbgrader's own code."""
