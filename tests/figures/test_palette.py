"""One look for each feature and protocol: what stands in one picture is told apart."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from figures import style
from figures.draw import liquid_drop, palette, wave_packet

SYSTEMS = {
    "wave packet": (*wave_packet.FEATURES, "network", "dial_network"),
    "liquid drop": (*liquid_drop.FEATURES, "quadrupole", "network"),
}


@pytest.mark.parametrize("features", SYSTEMS.values(), ids=SYSTEMS)
def test_no_two_features_of_a_system_share_a_colour_or_a_marker(features):
    looks = [palette.FEATURES[name] for name in features]
    assert len({look.colour for look in looks}) == len(looks)
    assert len({look.marker for look in looks}) == len(looks)


def test_protocols_and_series_are_told_apart():
    for looks in (palette.PROTOCOLS.values(), palette.SERIES):
        *_, colours, markers = zip(*looks, strict=True)
        assert len(set(colours)) == len(set(markers)) == len(looks)


def test_the_style_sheet_draws_with_the_same_colours():
    names = ("BLUE", "RED", "GREEN", "PINK", "ORANGE", "SKY", "BLACK")
    with style.paper():
        cycle = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    assert cycle == [getattr(palette, name) for name in names]


def test_the_colours_of_an_angle_close_and_stay_visible_on_white():
    colours = palette.cyclic()(np.linspace(0, 1, 256))[:, :3]
    luminance = colours @ [0.2126, 0.7152, 0.0722]
    assert luminance.max() < 0.75
    steps = np.linalg.norm(np.diff(colours, axis=0), axis=1)
    assert np.linalg.norm(colours[-1] - colours[0]) <= 2 * steps.max()
