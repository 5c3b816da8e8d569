"""Networks to begin with: that of Fig. 3, for the plane, and a smooth one for many noisy inputs.

Use them where nothing is known of the feature; any Keras model, and any callable with
``trainable_variables``, can be optimised in their place.
"""

from rmi_tf._tensorflow import tf

import numpy as np


def network(neurons: int = 150, *, seed: int, inputs: int = 2) -> "tf.keras.Model":
    """A feature (n, inputs) -> (n, 1): layers of ReLU, ReLU and tanh, and a linear output.

    The first layer's weights and all biases are normal with deviation 1, so that kinks lie all over
    the region where x does; the other weights are Glorot normal.

    Args:
        neurons: in each of the three hidden layers.
        seed: of the parameters at the start; the same seed gives the same bits.
        inputs: N.

    Raises:
        ValueError: neurons or inputs that are not whole numbers >= 1.

    Example:
        >>> from rmi_tf import network, tf
        >>> model = network(10, seed=0, inputs=3)
        >>> model(tf.zeros((5, 3))).shape.as_list(), model.count_params()
        ([5, 1], 271)
    """
    _check_sizes(neurons=neurons, inputs=inputs)
    initializers, layers = tf.keras.initializers, tf.keras.layers
    # Keras takes seeds below 2³¹.
    seeds = iter(np.random.SeedSequence(seed).generate_state(8) >> 1)
    model = tf.keras.Sequential([layers.Input((int(inputs),))])
    for number, activation in enumerate(("relu", "relu", "tanh", None)):
        seed = int(next(seeds))
        if number == 0:
            weights = initializers.RandomNormal(stddev=1.0, seed=seed)
        else:
            weights = initializers.GlorotNormal(seed)
        biases = initializers.RandomNormal(stddev=1.0, seed=int(next(seeds)))
        width = int(neurons) if activation else 1
        model.add(layers.Dense(width, activation, True, weights, biases))
    return model


def smooth_network(inputs: int, neurons: int = 70, *, seed: int) -> "tf.keras.Model":
    """A feature (n, inputs) -> (n, 1): two layers of tanh, and a linear output.

    All weights are Glorot uniform and the biases zero, so that it begins almost linear. Use it for
    fields of many sites, where kinks and large weights keep the noise of each in y.

    Args:
        inputs: N.
        neurons: in each of the two hidden layers.
        seed: of the parameters at the start; the same seed gives the same bits.

    Raises:
        ValueError: neurons or inputs that are not whole numbers >= 1.

    Example:
        >>> from rmi_tf import smooth_network, tf
        >>> model = smooth_network(100, seed=0)
        >>> model(tf.zeros((5, 100))).shape.as_list(), model.count_params()
        ([5, 1], 12111)
    """
    _check_sizes(neurons=neurons, inputs=inputs)
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Input((int(inputs),))])
    seeds = np.random.SeedSequence(seed).generate_state(3) >> 1
    widths = ((int(neurons), "tanh"), (int(neurons), "tanh"), (1, None))
    for layer_seed, (width, activation) in zip(seeds, widths, strict=True):
        weights = tf.keras.initializers.GlorotUniform(int(layer_seed))
        model.add(layers.Dense(width, activation, kernel_initializer=weights))
    return model


def _check_sizes(**sizes: int) -> None:
    for name, number in sizes.items():
        if number != int(number) or number < 1:
            raise ValueError(f"{name}: expected a whole number >= 1, got {number}")
