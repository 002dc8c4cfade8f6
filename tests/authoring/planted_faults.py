"""Faults to plant in the sound toy exercise `scale`, each with the check that has to catch it."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from autograder.core.exercise import Exercise

# --- right answers and arguments


def wrong_style(made: Exercise) -> None:
    @made.right_style
    def wrong(A, keep_prob):
        return A + keep_prob


def style_without_a_parameter(made: Exercise) -> None:
    @made.right_style
    def short(A):
        return A


def too_few_styles(made: Exercise) -> None:
    made.right_styles.popitem()


def reference_in_place(made: Exercise) -> None:
    def scale(A, keep_prob):
        """Multiply the activations by keep_prob."""
        A *= keep_prob
        return A.copy()

    made.reference = scale


def style_in_place(made: Exercise) -> None:
    @made.right_style
    def secretly(A, keep_prob):
        A *= keep_prob
        return A


# --- answers that are none


def case_that_zeros_pass(made: Exercise) -> None:
    @made.case
    def all_zero(rng):
        return {"A": np.zeros((int(rng.integers(2, 99)), 2)), "keep_prob": 0.5}


def case_that_the_argument_passes(made: Exercise) -> None:
    @made.case
    def all_kept(rng):
        return {"A": rng.normal(size=(3, 2)), "keep_prob": 1.0}


def case_that_a_constant_passes(made: Exercise) -> None:
    @made.case
    def all_ones(rng):
        return {"A": np.ones((int(rng.integers(2, 99)), 3)), "keep_prob": 1.0}


def credit_for_no_array(made: Exercise) -> None:
    @made.misconception(credit=0.5)
    def returns_a_tuple(A, keep_prob):
        """Return the array alone: the caller expects no tuple around it."""
        return ()


# --- misconceptions


def no_misconception(made: Exercise) -> None:
    made.misconceptions.clear()


def misconception_with_another_signature(made: Exercise) -> None:
    @made.misconception
    def short(A):
        """Multiply by keep_prob: the activations come back as they are."""
        return A


def misconception_that_is_right(made: Exercise) -> None:
    @made.misconception
    def right(A, keep_prob):
        """Multiply by keep_prob: this text belongs to no mistake."""
        return A * keep_prob


def twins(made: Exercise) -> None:
    @made.misconception
    def multiplies_by_the_inverse(A, keep_prob):
        """Multiply by keep_prob itself: its inverse makes the activations larger."""
        return A * (1 / keep_prob)


def misconception_of_chance(made: Exercise) -> None:
    turns = itertools.count()

    @made.misconception
    def another_each_time(A, keep_prob):
        """Multiply by keep_prob: the factor changes from call to call."""
        return A * keep_prob * (2 + next(turns))


def misconception_too_near(made: Exercise) -> None:
    @made.misconception
    def nearly(A, keep_prob):
        """Multiply by keep_prob itself: a small number is added to it."""
        return A * keep_prob * (1 + 1e-5)


# --- cases and points


def no_points(made: Exercise) -> None:
    made.points = 0


def negative_weight(made: Exercise) -> None:
    made.cases["wide_layer"] = replace(made.cases["wide_layer"], weight=-1)


def nothing_to_earn(made: Exercise) -> None:
    made.cases = {name: replace(case, weight=0) for name, case in made.cases.items()}


def nothing_hidden(made: Exercise) -> None:
    made.cases = {name: replace(case, public_only=True) for name, case in made.cases.items()}


def case_without_chance(made: Exercise) -> None:
    @made.case
    def fixed_numbers(rng):
        return {"A": np.array([[1.0, 2.0]]), "keep_prob": 0.5}


def case_with_a_memory(made: Exercise) -> None:
    turns = itertools.count(1)

    @made.case
    def never_the_same(rng):
        return {"A": np.full((2, 2), float(next(turns))), "keep_prob": 0.5}


# --- texts


def title_without_stop(made: Exercise) -> None:
    made.reference.__doc__ = "Multiply the activations by keep_prob"


def meaningless_case_name(made: Exercise) -> None:
    made.cases["case_2"] = replace(made.cases.pop("wide_layer"), name="case_2")


def case_title_with_stop(made: Exercise) -> None:
    made.cases["wide_layer"] = replace(made.cases["wide_layer"], title="A wide layer.")


def sentence(text: str) -> Callable[[Exercise], None]:
    def plant(made: Exercise) -> None:
        made.misconceptions["divides"] = replace(made.misconceptions["divides"], sentence=text)

    plant.__name__ = text[:30]
    return plant


def unknown_exemption(made: Exercise) -> None:
    made.exempt("check_everything", "there is no such check")


def exemption_without_a_reason(made: Exercise) -> None:
    made.right_styles.popitem()
    made.exempt("check_there_are_five_right_styles", "")


SWAPS = "Multiply by keep_prob, the probability to keep: 1 - keep_prob is that to drop."


def misconception_with_a_slip(made: Exercise) -> None:
    @made.misconception
    def slips(A, keep_prob):
        """Multiply by keep_prob: here A is clipped."""
        return np.clip(A, keep_prob, of_no_such_name)  # noqa: F821 - the slip


PLANTED = [
    (wrong_style, "check_right_style_earns_full_points", "Correct the style"),
    (style_without_a_parameter, "check_right_style_takes_the_arguments", "A, keep_prob"),
    (too_few_styles, "check_there_are_five_right_styles", "scale.exempt("),
    (reference_in_place, "check_reference_leaves_its_arguments_unchanged", "copy"),
    (style_in_place, "check_right_style_says_when_it_changes_arguments", "in_place"),
    (case_that_zeros_pass, "check_zeros_earn_nothing", "weight=0"),
    (case_that_the_argument_passes, "check_unchanged_argument_earns_nothing", "weight=0"),
    (case_that_a_constant_passes, "check_constant_earns_nothing", "weight=0"),
    (credit_for_no_array, "check_empty_result_earns_nothing", "credit=0"),
    (no_misconception, "check_there_are_misconceptions", "@scale.misconception"),
    (misconception_with_another_signature, "check_misconception_takes_the_arguments", "order"),
    (misconception_with_a_slip, "check_misconception_stops_only_where_it_says_so", "symptom=True"),
    (misconception_that_is_right, "check_misconception_is_not_right", "Add a case"),
    (twins, "check_misconception_is_told_apart", "Add a case in which the two differ"),
    (misconception_of_chance, "check_misconception_is_recognised", "symptom=True"),
    (misconception_too_near, "check_misconception_is_far_from_right", "100 tolerances"),
    (no_points, "check_points_are_positive", "points="),
    (negative_weight, "check_weights_leave_something_to_earn", "at least 0"),
    (nothing_to_earn, "check_weights_leave_something_to_earn", "above 0"),
    (nothing_hidden, "check_weights_leave_something_to_earn", "not public_only"),
    (case_without_chance, "check_seed_changes_the_case", "public_only=True"),
    (case_with_a_memory, "check_same_seed_makes_the_same_key", "the rng that the case gets"),
    (title_without_stop, "check_title_is_a_sentence", "full stop"),
    (meaningless_case_name, "check_case_has_a_readable_name", "few_units_kept"),
    (case_title_with_stop, "check_case_title_goes_into_a_sentence", "without a full stop"),
    (sentence("Multiply it."), "check_sentence_has_a_readable_length", "one or two short"),
    (sentence("Multiply. " * 40), "check_sentence_has_a_readable_length", "one or two short"),
    (sentence("Multiply by keep_prob, not by its inverse"), "check_sentence_ends_with_a_full_stop",
     "full stop"),
    (sentence("Wrong factor: keep_prob is expected."), "check_sentence_begins_with_what_to_do",
     "Begin with what to do"),
    (sentence("multiply by keep_prob, not by its inverse."),
     "check_sentence_begins_with_what_to_do", "Begin with what to do"),
    (sentence("Just multiply by keep_prob itself."), "check_sentence_belittles_nothing", "out"),
    (sentence("You divide where keep_prob is a factor."), "check_sentence_blames_nobody",
     "the code the subject"),
    (sentence("Multiply by keep_prob itself, now!."), "check_sentence_blames_nobody", "shout"),
    (sentence("Multiply by keep_prob × 1 in place of dividing."),
     "check_sentence_is_plain_ascii", "plain ASCII"),
    (sentence("Write A / (1 / keep_prob) in place of this."),
     "check_sentence_does_not_give_the_solution", "leave the line to the student"),
    (sentence(SWAPS), "check_sentence_is_its_own", "particular to this mistake"),
    (unknown_exemption, "check_exemptions_are_known", "a reason"),
    (exemption_without_a_reason, "check_exemptions_are_known", "a reason"),
]  # fmt: skip
