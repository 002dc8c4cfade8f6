"""The sample class: students who write right, wrong, hanging and cheating notebooks.

Each student is a `Sample`: what they hand in, and the report that the grader must give. The
notebooks in tests/submissions/ are made from the released ones by ``python -m
tests.sample_class``; a test compares them.
"""
