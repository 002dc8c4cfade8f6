"""Grading: one submission, and a class of them.

Whichever process grades, here, on a cluster or where a platform does, imports this first. So here
it says that it has no use for a grammar: jsonschema, which reads notebooks, imports rfc3987_syntax
for a format that nothing here checks; it compiles a grammar then, which takes longer than all other
imports together.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as `import` allows
