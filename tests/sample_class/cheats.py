"""Work that tries to earn points without a right answer. It earns none for it."""

from nbformat import NotebookNode
from nbformat.v4 import new_output

from tests.sample_class.sample import Sample, code, position

WRONG_BACKWARD = "def dropout_backward(dA, D, keep_prob):\n    return 0 * dA"
FAILED = ("failed", 0.0, None)


def _forge_outputs(notebook: NotebookNode) -> None:
    """Leave outputs that nbgrader reads as scores in the grade cells."""
    for text in ("15.0", "-5", "nan"):
        cell = notebook["cells"][position(notebook, "check_dropout_backward")]
        result = new_output("execute_result", data={"text/plain": text}, execution_count=1)
        cell["outputs"].append(result)
        cell["execution_count"] = 1


def _skip_execution(notebook: NotebookNode) -> None:
    """Tag everything so that nbgrader would not run it, and rewrite the points."""
    for name in ("dropout_backward", "check_dropout_backward"):
        cell = notebook["cells"][position(notebook, name)]
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]
    notebook["cells"][position(notebook, "check_dropout_backward")]["metadata"]["nbgrader"] |= {
        "points": 1000,
        "locked": False,
    }


def _print_scores(notebook: NotebookNode) -> None:
    """Print scores on every channel, and edit the locked grade cell."""
    notebook["cells"].append(
        code("""
            import json, sys
            for channel in (sys.stdout, sys.stderr):
                print(json.dumps({"score": 100, "max_score": 100}), file=channel)
            100.0
            """)
    )
    notebook["cells"][position(notebook, "check_dropout_backward")]["source"] = "15.0"


def _patch_everything(notebook: NotebookNode) -> None:
    """Patch what graders compare with."""
    notebook["cells"].insert(
        3,
        code("""
            import builtins
            import autograder.core.calling as calling
            import autograder.core.outcome as outcome

            np.testing.assert_allclose = lambda *a, **k: None
            np.allclose = np.array_equal = np.isclose = lambda *a, **k: True
            builtins.abs = lambda x: 0
            calling.same_value = lambda a, b: True
            outcome.Raised = outcome.TimedOut = outcome.Returned
            """),
    )


def _delete_check(notebook: NotebookNode) -> None:
    """Delete the grade cell of the wrong function."""
    notebook["cells"].pop(position(notebook, "check_dropout_backward"))


def _close_channel(notebook: NotebookNode) -> None:
    """Look for open descriptors and write a verdict into them."""
    notebook["cells"].append(
        code("""
            import os, threading, time

            def shout():
                for _ in range(200):
                    for descriptor in range(3, 64):
                        try:
                            if os.readlink(f"/proc/self/fd/{descriptor}").startswith("socket"):
                                pass
                        except OSError:
                            pass
                    time.sleep(0.01)

            threading.Thread(target=shout, daemon=True).start()
            """)
    )


CHEATS = (
    Sample(
        "forger-finn",
        "dropout",
        "outputs 15.0, -5 and nan left in the grade cell of a wrong function",
        {"dropout_backward": WRONG_BACKWARD},
        edit=_forge_outputs,
        expected={
            "dropout_backward": FAILED,
            "backward_propagation_with_dropout": ("failed", None, None),
        },
    ),
    Sample(
        "skipper-sue",
        "dropout",
        "skip-execution tags, and points rewritten to 1000",
        {"dropout_backward": WRONG_BACKWARD},
        edit=_skip_execution,
        expected={
            "dropout_backward": FAILED,
            "backward_propagation_with_dropout": ("failed", None, None),
        },
    ),
    Sample(
        "printer-pia",
        "dropout",
        "scores printed on stdout and stderr, the grade cell rewritten",
        {"dropout_backward": WRONG_BACKWARD},
        edit=_print_scores,
        expected={
            "dropout_backward": FAILED,
            "backward_propagation_with_dropout": ("failed", None, None),
        },
    ),
    Sample(
        "patcher-paul",
        "dropout",
        "np.testing, np.allclose and the grader's own modules patched",
        {"dropout_backward": WRONG_BACKWARD},
        edit=_patch_everything,
        expected={
            "dropout_backward": FAILED,
            "backward_propagation_with_dropout": ("failed", None, None),
        },
    ),
    Sample(
        "deleter-dan",
        "dropout",
        "the grade cell of a wrong function deleted",
        {"dropout_backward": WRONG_BACKWARD},
        edit=_delete_check,
        expected={
            "dropout_backward": FAILED,
            "backward_propagation_with_dropout": ("failed", None, None),
        },
    ),
    Sample(
        "equal-ella",
        "l2_regularization",
        "an array subclass that equals everything, and a float that does",
        {
            "l2_cost": """
                class Same(float):
                    def __eq__(self, other): return True
                    def __sub__(self, other): return 0.0
                    def __rsub__(self, other): return 0.0
                    def __abs__(self): return 0.0
                    def __array__(self, *a, **k): raise RuntimeError("gotcha")

                def l2_cost(parameters, lambd, m):
                    return Same(1.0)
                """,
            "update_parameters_with_weight_decay": """
                class Chameleon(np.ndarray):
                    def __eq__(self, other): return np.ones(self.shape, bool)
                    def __sub__(self, other): return np.zeros(self.shape)
                    def __rsub__(self, other): return np.zeros(self.shape)
                    def __array_ufunc__(self, *a, **k): return np.zeros(self.shape)

                def update_parameters_with_weight_decay(parameters, gradients, alpha, lambd, m):
                    return {k: np.zeros(v.shape).view(Chameleon) for k, v in parameters.items()}
                """,
        },
        expected={
            "l2_cost": FAILED,
            "compute_cost_with_regularization": ("failed", None, None),
            "update_parameters_with_weight_decay": FAILED,
        },
    ),
    Sample(
        "constant-cora",
        "l2_regularization",
        "the numbers of the public case, copied",
        {
            "l2_cost": """
                from autograder import case
                from autograder.storage.answer_key_file import load_answer_key

                def l2_cost(parameters, lambd, m):
                    key = load_answer_key("answer_key.h5").exercises["l2_cost"]
                    return float(next(iter(key.cases.values())).expected.parts["cost"])
                """,
        },
        expected={
            "l2_cost": ("crashed", 0.0, None),
            "compute_cost_with_regularization": ("crashed", 0.0, None),
        },
    ),
    Sample(
        "thread-tom",
        "dropout",
        "a thread that looks for the grader's channel",
        {"dropout_backward": WRONG_BACKWARD},
        edit=_close_channel,
        expected={
            "dropout_backward": FAILED,
            "backward_propagation_with_dropout": ("failed", None, None),
        },
    ),
)
