"""Numbers that steer a piece of work are checked before it begins, wherever they go."""

import re

import rmi_tf
from rmi_tf import linear

import numpy as np
import pytest

X = np.random.default_rng(0).normal(size=(1000, 2))
FIRST = linear([1.0, 0.0])
NOT_WHOLE = [1.5, np.nan, np.inf, None, "a", -1, True]
NOT_POSITIVE = [0, -1.0, np.nan, np.inf, None, "a", [0.1, 0.2]]

WHOLE = {
    "steps, accurate": lambda value: rmi_tf.accurate_protocol(X, steps=value),
    "m": lambda value: rmi_tf.accurate_protocol(X, steps=1, m=value),
    "batch, accurate": lambda value: rmi_tf.accurate_protocol(X, steps=1, batch=value),
    "seed, accurate": lambda value: rmi_tf.accurate_protocol(X, steps=1, seed=value),
    "steps, dial": lambda value: rmi_tf.dial_protocol(X, 0.5, 0.1, steps=value, seed=0),
    "seed, dial": lambda value: rmi_tf.dial_protocol(X, 0.5, 0.1, steps=1, seed=value),
    "seed, information": lambda value: rmi_tf.regularized_information(FIRST, X, 0.5, seed=value),
    "steps, neighbours": lambda value: rmi_tf.neighbour_protocol(X, steps=value),
    "batch, neighbours": lambda value: rmi_tf.neighbour_protocol(X, steps=1, batch=value),
    "batch, dial": lambda v: rmi_tf.dial_protocol(X, 0.5, 0.1, steps=1, seed=0, batch=v),
    "steps, variational": lambda v: rmi_tf.variational_protocol(X, components=2, steps=v),
    "components": lambda value: rmi_tf.variational_protocol(X, components=value, steps=1),
    "seed, variational": lambda v: rmi_tf.variational_protocol(X, components=2, steps=1, seed=v),
    "k": lambda value: rmi_tf.neighbour_protocol(X, steps=1, k=value),
    "bins": lambda value: rmi_tf.histogram_entropy(X[:, 0], bins=value),
    "seed, entropy": lambda value: rmi_tf.variational_entropy(X, seed=value),
    "steps, entropy": lambda value: rmi_tf.variational_entropy(X, seed=0, steps=value),
    "neurons": lambda value: rmi_tf.network(value, seed=0),
    "seed, network": lambda value: rmi_tf.network(seed=value),
    "particles": lambda value: rmi_tf.exchangeable_network(value, seed=0),
    "sites": lambda value: rmi_tf.packet_fit(sites=value),
}
POSITIVE = {
    "rate, accurate": lambda value: rmi_tf.accurate_protocol(X, steps=1, rate=value),
    "guard": lambda value: rmi_tf.accurate_protocol(X, steps=1, guard=value),
    "rate, neighbours": lambda value: rmi_tf.neighbour_protocol(X, steps=1, rate=value),
    "rate, variational": lambda v: rmi_tf.variational_protocol(X, components=2, steps=1, rate=v),
    "rate, dial": lambda v: rmi_tf.dial_protocol(X, 0.5, 0.1, steps=1, seed=0, rate=v),
    "epsilon": lambda value: rmi_tf.regularized_information(FIRST, X, value, seed=0),
    "epsilon, protocol": lambda value: rmi_tf.dial_protocol(X, value, 0.1, steps=1, seed=0),
    "width": lambda value: rmi_tf.packet_fit(width=value),
}


@pytest.mark.parametrize(
    ("calls", "call", "value", "expected"),
    [
        *((WHOLE, call, value, r"a whole number >= \d+") for call in WHOLE for value in NOT_WHOLE),
        *(
            (POSITIVE, call, value, "a finite number > 0")
            for call in POSITIVE
            for value in NOT_POSITIVE
        ),
    ],
    ids=lambda part: "" if isinstance(part, dict) else str(part),
)
def test_a_number_that_does_not_fit_is_named(calls, call, value, expected):
    name = call.partition(",")[0]
    with pytest.raises(
        ValueError, match=f"{name}: expected {expected}, got {re.escape(repr(value))}"
    ):
        calls[call](value)
