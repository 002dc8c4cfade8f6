"""Let the harness in the process claim that everything passed.

stopped by: a process can say what was returned or raised, and nothing else
control: unit tests/kernel/test_wire.py::test_a_process_cannot_claim_anything_else
double: crashed
add: crashed
flags: imports autograder
"""

# %%
from autograder.kernel import inside

inside.results_to_plain = lambda results: [["Passed", {"score": 100}]]
