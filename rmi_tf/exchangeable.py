"""A network for particles that are all alike: their order makes no difference to what it says.

Use it where x holds the positions of N particles of one kind, such as a drop's. Each particle's
position goes through the same small network, and y is the mean over particles. It has as few
parameters as one particle needs, so that a few thousand samples suffice.
"""

from rmi_tf._tensorflow import tf

import numpy as np


def exchangeable_network(
    particles: int, neurons: int = 32, *, seed: int, components: int = 2
) -> "tf.keras.Model":
    """A feature y = (1/N) Σ_j φ(x_j) of N particles in the plane: (n, 2N) -> (n, K).

    φ has one hidden layer of softplus, smooth and curved, whose weights and biases begin normal;
    with small weights φ would begin almost linear, which sees a drop's centre and not its shape.

    Args:
        particles: N; a sample has the first coordinates of all, then the second ones.
        neurons: in the hidden layer.
        seed: of the parameters at the start; the same seed gives the same bits.
        components: K.

    Raises:
        ValueError: particles, neurons or components that are not whole numbers >= 1.

    Example:
        >>> from rmi_tf import exchangeable_network, tf
        >>> model = exchangeable_network(3, seed=0)
        >>> y = model(tf.constant([[1.0, 2.0, 3.0, 0.0, 4.0, 5.0], [2.0, 1.0, 3.0, 4.0, 0.0, 5.0]]))
        >>> y.shape.as_list(), bool(tf.reduce_max(tf.abs(y[0] - y[1])) < 1e-5)
        ([2, 2], True)
    """
    sizes = {"particles": particles, "neurons": neurons, "components": components}
    for name, number in sizes.items():
        if number != int(number) or number < 1:
            raise ValueError(f"{name}: expected a whole number >= 1, got {number}")
    initializers, layers = tf.keras.initializers, tf.keras.layers
    # Keras takes seeds below 2³¹.
    seeds = [int(s) for s in np.random.SeedSequence(seed).generate_state(3) >> 1]
    weights = initializers.RandomNormal(stddev=2.0, seed=seeds[0])
    biases = initializers.RandomNormal(stddev=1.0, seed=seeds[1])
    output = initializers.GlorotNormal(seeds[2])
    return tf.keras.Sequential(
        [
            layers.Input((2 * int(particles),)),
            layers.Reshape((2, int(particles))),
            layers.Permute((2, 1)),
            layers.Dense(int(neurons), "softplus", True, weights, biases),
            layers.GlobalAveragePooling1D(),
            # linear, so it may come after the mean, where it is cheaper
            layers.Dense(int(components), None, True, output),
        ]
    )
