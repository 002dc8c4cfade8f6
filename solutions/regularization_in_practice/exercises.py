"""The exercises of the assignment, in the order of its notebook."""

from regularization_in_practice import (
    cost_mistakes,
    step_mistakes,
    training_symptoms,
    with_keras_mistakes,
)
from regularization_in_practice.decay import weight_decay_factor
from regularization_in_practice.ensemble import ensemble_prediction
from regularization_in_practice.training import train
from regularization_in_practice.with_keras import build_regularized_model

MISCONCEPTIONS = (cost_mistakes, step_mistakes, training_symptoms, with_keras_mistakes)
EXERCISES = (weight_decay_factor, train, ensemble_prediction, build_regularized_model)
