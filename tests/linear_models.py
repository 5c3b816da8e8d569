"""The smallest models to ascend with, and a system whose best linear features are known."""

from rmi_tf import tf

import numpy as np


class Linear(tf.Module):
    """x · W, the smallest model of several components."""

    def __init__(self, start):
        self.w = tf.Variable(start, dtype=tf.float64)

    def __call__(self, x):
        return tf.matmul(x, self.w)


class Chain:
    """Eight masses between springs and walls: the features of most RMI are its longest waves."""

    masses = 8
    covariance = np.linalg.inv(2 * np.eye(8) - np.eye(8, k=1) - np.eye(8, k=-1))

    def sample(self, n, *, seed):
        normal = np.random.default_rng(seed).normal(size=(n, self.masses))
        return normal @ np.linalg.cholesky(self.covariance).T

    def rmi(self, w):
        """Ĩ of x W, exactly."""
        w = np.linalg.qr(w)[0]
        return 0.5 * np.linalg.slogdet(2 * np.pi * np.e * w.T @ self.covariance @ w)[1]

    def best(self, components):
        """Of any linear feature: ½ Σ ln 2πeλ of the leading eigenvalues."""
        leading = np.linalg.eigvalsh(self.covariance)[-components:]
        return 0.5 * np.log(2 * np.pi * np.e * leading).sum()
