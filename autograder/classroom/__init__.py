"""Grading: one submission, and a class of them."""

import sys

# jsonschema, which reads notebooks, imports it for a format that no notebook has; it compiles a
# grammar then, which takes longer than all other imports of a worker together.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as documented by `import`
