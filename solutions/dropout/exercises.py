"""The exercises of the assignment, in the order of its notebook."""

from dropout.backward import backward_propagation_with_dropout
from dropout.forward import forward_propagation_with_dropout
from dropout.layer import dropout_backward, dropout_forward
from dropout.prediction import predict
from dropout.with_keras import build_dropout_model

EXERCISES = (
    dropout_forward,
    dropout_backward,
    forward_propagation_with_dropout,
    backward_propagation_with_dropout,
    predict,
    build_dropout_model,
)
