"""A flow's density number by number, in NumPy: a network for each number, slopes by differences."""

import numpy as np
from scipy import stats


def maps(layer, x, reach, components, bends):
    """The numbers of one row x (K,) mapped by a layer of one member, as the weights say."""
    w1, b1, w2, b2, w3, b3 = (np.asarray(part, np.float64) for part in layer)
    softplus = lambda t: np.log1p(np.exp(t))  # noqa: E731
    bounded = lambda t: np.exp(4 * np.tanh(t / 4))  # noqa: E731
    swish = lambda t: t / (1 + np.exp(-t))  # noqa: E731
    y = np.empty(components)
    for k in range(components):
        first = np.array([[i <= r and components > 1 for r in reach] for i in range(components)])
        hidden = swish((8 * np.arcsinh(x / 8)) @ (w1 * first) + b1[0])
        second = np.array([[r <= s for s in reach] for r in reach])
        hidden = swish(hidden @ (w2 * second) + b2[0])
        seen = [r < k for r in reach]
        shape = np.array(
            [(hidden * seen) @ w3[:, j * components + k] + b3[0, j * components + k]
             for j in range(5 + 3 * bends)]
        )  # fmt: skip
        shift, line, height, centre, width = shape[:5]
        y[k] = shift + bounded(line) * x[k]
        y[k] += softplus(height) * np.arcsinh((x[k] - centre) * bounded(-width))
        for height, centre, width in shape[5:].reshape(3, bends).T:
            y[k] += softplus(height) * np.tanh((x[k] - centre) * bounded(-width))
    return y


def log_density(weights, x, *, layers, reach, bends, step=1e-5):
    """Ln p of one row x (K,), by the Student density of its image and a numerical Jacobian."""
    components = len(x)

    def image(x):
        for layer in range(layers):
            x = maps(weights[6 * layer : 6 * layer + 6], x, reach, components, bends)[::-1]
        return x

    slopes = [(image(x + step * e) - image(x - step * e)) / (2 * step) for e in np.eye(components)]
    freedom = 2 + np.exp(float(weights[-1][0]))
    student = stats.multivariate_t(np.zeros(components), np.eye(components), df=freedom)
    return student.logpdf(image(x)) + np.linalg.slogdet(slopes)[1]
