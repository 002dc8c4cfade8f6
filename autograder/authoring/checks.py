"""The list of all checks, in the order in which an author reads their faults."""

from autograder.authoring import (
    assignment_checks,
    case_checks,
    exercise_checks,
    misconception_checks,
    no_answer_checks,
    notebook_checks,
    tone_checks,
    translation_checks,
)
from autograder.authoring.assignment_subject import AssignmentCheck
from autograder.authoring.faults import CourseFault, raise_all
from autograder.authoring.subject import ExerciseCheck, Subject


def check_exemptions_are_known(subject: Subject) -> None:
    """An exemption is a check's name and a reason."""
    known = {check.__name__ for check in EXERCISE_CHECKS}
    exercise = subject.exercise
    items = {None, *exercise.misconceptions, *exercise.right_styles, *exercise.cases}
    raise_all(
        CourseFault(
            f"It is exempted from {check}" + (f" for {item}" if item else "") + f': "{reason}".',
            subject.where(),
            "An exemption names a check, an item of the exercise if not all of it is meant, and "
            "a reason.",
        )
        for (check, item), reason in exercise.exemptions.items()
        if check not in known or item not in items or len(reason.split()) < 2
    )


EXERCISE_CHECKS: tuple[ExerciseCheck, ...] = (
    exercise_checks.check_reference_earns_full_points,
    exercise_checks.check_right_style_takes_the_arguments,
    exercise_checks.check_right_style_earns_full_points,
    exercise_checks.check_right_style_passes_whatever_it_draws,
    exercise_checks.check_there_are_five_right_styles,
    exercise_checks.check_reference_leaves_its_arguments_unchanged,
    exercise_checks.check_right_style_says_when_it_changes_arguments,
    no_answer_checks.check_unwritten_solution_is_not_attempted,
    no_answer_checks.check_unchanged_argument_earns_nothing,
    no_answer_checks.check_empty_result_earns_nothing,
    no_answer_checks.check_zeros_earn_nothing,
    no_answer_checks.check_constant_earns_nothing,
    misconception_checks.check_there_are_misconceptions,
    misconception_checks.check_misconception_takes_the_arguments,
    misconception_checks.check_misconception_stops_only_where_it_says_so,
    misconception_checks.check_misconception_is_not_right,
    misconception_checks.check_misconception_is_recognised,
    misconception_checks.check_misconception_is_told_apart,
    misconception_checks.check_misconception_loses_its_share,
    misconception_checks.check_misconception_is_far_from_right,
    misconception_checks.check_misconception_is_recognised_whatever_it_draws,
    case_checks.check_points_are_positive,
    case_checks.check_weights_leave_something_to_earn,
    case_checks.check_seed_changes_the_case,
    case_checks.check_same_seed_makes_the_same_key,
    tone_checks.check_title_is_a_sentence,
    tone_checks.check_case_has_a_readable_name,
    tone_checks.check_case_title_goes_into_a_sentence,
    tone_checks.check_sentence_has_a_readable_length,
    tone_checks.check_sentence_ends_with_a_full_stop,
    tone_checks.check_sentence_begins_with_what_to_do,
    tone_checks.check_sentence_belittles_nothing,
    tone_checks.check_sentence_blames_nobody,
    tone_checks.check_sentence_is_plain_ascii,
    tone_checks.check_sentence_does_not_give_the_solution,
    tone_checks.check_sentence_is_its_own,
    check_exemptions_are_known,
)

ASSIGNMENT_CHECKS: tuple[AssignmentCheck, ...] = (
    assignment_checks.check_each_exercise_has_one_solution_cell,
    assignment_checks.check_each_exercise_has_a_grade_cell_below,
    assignment_checks.check_points_agree,
    assignment_checks.check_signatures_agree,
    assignment_checks.check_solutions_are_marked,
    assignment_checks.check_each_grade_cell_has_an_exercise,
    assignment_checks.check_grade_ids_are_unique,
    assignment_checks.check_experiments_are_locked,
    notebook_checks.check_notebook_has_its_normal_form,
    notebook_checks.check_locked_cells_run,
    notebook_checks.check_notebooks_own_solutions_earn_full_points,
    translation_checks.check_translations_are_up_to_date,
)
