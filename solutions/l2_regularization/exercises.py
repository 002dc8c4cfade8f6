"""The exercises of this assignment, in the order of the notebook.

Each module holds one exercise (`cost` two, for they share their mistakes): the reference, which is
a Keras model, the cases, and the misconceptions.
"""

from l2_regularization.backward import backward_propagation_with_regularization
from l2_regularization.builder import build_l2_model
from l2_regularization.cost import compute_cost_with_regularization, l2_cost
from l2_regularization.update import update_parameters_with_weight_decay

EXERCISES = (
    l2_cost,
    compute_cost_with_regularization,
    backward_propagation_with_regularization,
    update_parameters_with_weight_decay,
    build_l2_model,
)
