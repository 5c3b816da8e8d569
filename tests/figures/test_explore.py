"""The explorers' views without a browser: what they ask for, what they show, in which order."""

import io
import itertools
import threading
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from figures.draw.wave_packet import FEATURES
from figures.explore.drop import DEFORMATIONS, DropExplorer
from figures.explore.learner import Learner
from figures.explore.live import PAUSE, Latest, Picture
from figures.explore.noise import GAP, LEVELS, NoiseExplorer
from figures.explore.twist import ALPHAS, LONGEST, Found, Plane, TwistExplorer

SOON = 300  # seconds that a thread is given on a busy machine; it takes milliseconds


def nothing_more():
    return False


def until(condition):
    """Wait for what another thread will bring about."""
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_moves_during_the_work_are_served_once_and_by_the_last_one():
    value, seen, begun, go = 0, [], threading.Event(), threading.Event()

    def work():
        seen.append(value)
        begun.set()
        assert go.wait(SOON)

    latest = Latest(work, nothing_more)
    latest.ask()
    assert begun.wait(SOON)
    for value in range(1, 100):  # noqa: B007
        latest.ask()
    go.set()
    latest.wait()
    assert seen == [0, 99]


def test_pauses_are_used_piece_by_piece_and_given_up_when_asked():
    done, third, go = [], threading.Event(), threading.Event()

    def piece():
        done.append("piece")
        if done.count("piece") == 3:
            third.set()
            assert go.wait(SOON)
        return done.count("piece") < 5

    latest = Latest(lambda: done.append("work"), piece)
    latest.ask()
    assert third.wait(SOON)
    latest.ask()
    go.set()
    latest.wait()
    assert done == ["work", "piece", "piece", "piece", "work", "piece", "piece"]


def test_an_error_of_the_work_is_told_and_does_not_end_it(caplog):
    results = []

    def work():
        results.append(1 / (len(results) - 1 if results else 1))

    latest = Latest(work, nothing_more)
    for _ in range(3):
        latest.ask()
        latest.wait()
    assert results == [1.0]
    assert caplog.text.count("raised ZeroDivisionError") == 2


def empty_picture():
    figure = Figure(figsize=(2, 1))
    axes = figure.subplots()
    return Picture(figure, lambda: axes.set(xlim=(0, 1), ylim=(0, 1))), axes


def test_a_picture_depends_on_what_is_drawn_and_not_on_what_was_there():
    picture, axes = empty_picture()
    empty = picture.png(lambda: None)
    line = picture.png(lambda: axes.errorbar([0, 1], [0, 1], 0.1, color="k"))
    assert line != empty
    assert picture.png(lambda: None) == empty
    assert picture.png(lambda: axes.errorbar([0, 1], [0, 1], 0.1, color="k")) == line
    assert not axes.lines and not axes.collections and not axes.containers
    assert imread(io.BytesIO(line)).shape == (128, 257, 3)


def test_a_pictures_frame_stays_where_it_was():
    picture, axes = empty_picture()
    picture.png(lambda: axes.plot([0, 10], [0, 10]))
    assert axes.get_xlim() == axes.get_ylim() == (0, 1)


def test_what_a_picture_keeps_lies_under_what_follows():
    picture, axes = empty_picture()
    both = picture.png(lambda: [axes.axhline(0.5), axes.axvline(0.5)])
    picture.keep(lambda: axes.axhline(0.5))
    assert picture.png(lambda: axes.axvline(0.5)) == both
    picture.keep(lambda: None)
    assert picture.png(lambda: [axes.axhline(0.5), axes.axvline(0.5)]) == both


class Climb:
    """An ascent for the learner, of which no two steps may ever overlap with each other."""

    def __init__(self, fails_at=None, error=None):
        self.steps, self.restarts, self.fails_at, self.error = 0, 0, fails_at, error
        self.reports, self.failures, self.busy = [], [], threading.Lock()
        self.learner = Learner(
            self.ascend, self.reports.append, self.restart, self.failures.append, longest=10**9
        )

    def ascend(self, each_step):
        while True:
            with self.exclusively():
                time.sleep(0.001)
                self.steps += 1
            if self.steps == self.fails_at:
                raise self.error
            each_step(self.steps)

    def restart(self):
        with self.exclusively():
            self.steps, self.restarts = 0, self.restarts + 1

    def exclusively(self):
        assert not self.busy.locked()
        return self.busy


def test_a_stopped_learner_does_no_step_until_it_is_started_again():
    climb = Climb()
    climb.learner.start()
    until(lambda: climb.steps > 3)
    climb.learner.stop()
    climb.learner.wait()
    stopped = climb.steps
    assert climb.reports[-1] == stopped
    time.sleep(0.05)
    assert climb.steps == stopped and not climb.learner.going
    climb.learner.start(until=stopped + 5)
    climb.learner.wait()
    assert climb.steps == stopped + 5  # and it went on from where it was


def test_a_learner_halts_after_the_longest_ascent_and_reports_it_once():
    reports = []
    learner = Learner(endless, reports.append, lambda: None, reports.append, longest=7)
    learner.start()
    learner.wait()
    assert reports[-1] == 7 and len(set(reports)) == len(reports)


def endless(each_step):
    for step in itertools.count(1):
        each_step(step)


def test_a_reset_waits_for_the_step_under_way_and_begins_anew():
    climb = Climb()
    for _ in range(20):
        climb.learner.start()
        until(lambda: climb.steps > 0)
        climb.learner.reset()
        assert climb.steps == 0 and climb.reports[-1] == 0 and not climb.learner.going
    assert climb.restarts == 20


def test_buttons_in_any_order_leave_a_learner_that_works():
    climb, generator = Climb(), np.random.default_rng(0)
    presses = [climb.learner.start, climb.learner.stop, climb.learner.reset]
    for press in generator.choice(3, 200):
        presses[press]()
        if generator.random() < 0.2:
            time.sleep(0.002)
    climb.learner.reset()
    climb.learner.start(until=10)
    climb.learner.wait()
    assert climb.steps == climb.reports[-1] == 10


@pytest.mark.parametrize("error", [ArithmeticError, ValueError])
def test_an_ascent_that_fails_is_told_and_begins_anew(error):
    climb = Climb(fails_at=4, error=error("it is no longer finite"))
    climb.learner.start()
    climb.learner.wait()
    assert climb.failures == ["it is no longer finite"]
    assert climb.steps == 0 and not climb.learner.going
    climb.learner.start(until=3)
    climb.learner.wait()
    assert climb.steps == 3


def estimates(calls):
    """RMI that lies highest for PCA above a noise of 0.18; notes what it is asked for."""

    def estimate(noise, width, positions, change):
        calls.append((noise, width, positions, change))
        pca, position = 1 + noise, 1.36 - noise
        values = dict.fromkeys(FEATURES, 0.1) | {"pca": pca, "normalized_position": position}
        rows = [(name, rmi, 0.005, rmi + 1) for name, rmi in values.items()]
        return pd.DataFrame(rows, columns=["feature", "rmi", "rmi_se", "entropy"])

    return estimate


def field(noise, width, positions):
    site = np.arange(1, 101)
    return pd.DataFrame({"site": site, "packet": np.exp(-((site - 50) ** 2) / 81), "field": noise})


@pytest.fixture
def noise():
    calls = []
    explorer = NoiseExplorer(field, estimates(calls))
    explorer.calls = calls
    return explorer


def test_the_best_of_the_chosen_features_is_named(noise):
    noise.noise.value = 0.1
    noise.latest.wait()
    assert '<b class="best normalized_position">' in noise.numbers.value
    noise.noise.value = 0.3
    noise.latest.wait()
    assert '<b class="best pca">' in noise.numbers.value
    noise.checks["pca"].value = False
    noise.latest.wait()
    assert '<b class="best normalized_position">' in noise.numbers.value
    for check in noise.checks.values():
        check.value = False
    noise.latest.wait()
    assert "no feature is chosen" in noise.numbers.value


def test_each_noise_is_estimated_once_for_the_same_field(noise):
    for level in (0.1, 0.2, 0.1, 0.02 + 27 * 0.01):  # the last as a page sums its steps to 0.29
        noise.noise.value = level
        noise.latest.wait()
    assert sorted(call[0] for call in noise.calls) == LEVELS
    noise.width.value = 5
    noise.latest.wait()
    assert sorted(call[0] for call in noise.calls[len(LEVELS) :]) == LEVELS
    assert noise.calls[len(LEVELS)] == (0.29, 5, (30, 70), {"pca": (1, 0)})  # the shown one first


def test_pictures_drawn_ahead_are_those_that_a_move_would_draw(noise):
    noise.latest.ask()
    noise.latest.wait()
    assert sorted(noise._drawn) == LEVELS
    noise.noise.value = 0.3
    noise.latest.wait()
    shown, noise._drawn = noise.image.value, {}
    assert noise.png(0.3) == shown != noise.png(0.31)


def test_a_picture_is_of_what_was_estimated_whatever_moves_meanwhile(noise):
    noise.latest.ask()
    noise.latest.wait()
    shown, noise._drawn = noise.png(0.3), {}
    noise.width.unobserve_all()  # as if the move had not been served yet
    drawn_with = []
    noise.sample = lambda *where: drawn_with.append(where) or field(*where)
    noise.width.value = 5
    assert noise.png(0.3) == shown and drawn_with == [(0.3, 9, (30, 70))]


def test_a_change_of_a_feature_is_asked_for_as_told(noise):
    noise.latest.ask()
    for how, factors in (("bend", (5, 1)), ("scale", (2, 0)), ("y", (1, 0))):
        noise.factor.value, noise.change.value = 2, how
        noise.latest.wait()
        assert noise.calls[-1][3] == {"pca": factors}


def test_the_range_of_positions_is_never_empty(noise):
    noise.positions.value = (40, 40)
    noise.latest.wait()
    assert noise.calls[-1][2] == (40, 40 + GAP)


@pytest.fixture
def twist():
    x = np.linspace(-4, 4, 9)
    asked, failing, slow = [], [], []

    def plane(alpha, correlation):
        asked.append((alpha, correlation))
        return Plane(x, np.exp(-np.add.outer(x**2, x**2)), [np.add.outer(x, alpha * x)] * 3)

    def look(alpha, correlation):
        rising = np.repeat(np.linspace(0, 1, 9), 9)
        return Found(rising, SimpleNamespace(rmi=1.5 + alpha, se=0.01))

    def ascend(each_step):
        for step in range(1, 10**9):
            time.sleep(0.001)
            if slow:
                barrier = slow.pop()
                barrier.wait(), barrier.wait()
            if failing:
                raise ArithmeticError(failing.pop())
            each_step(step)

    explorer = TwistExplorer(
        plane=plane,
        results=lambda *where: [SimpleNamespace(rmi=where[0] + i, se=0.01) for i in range(3)],
        gauged=lambda alpha, correlation, values: values.reshape(9, 9),
        ascend=ascend,
        look=look,
        restart=lambda: None,
    )
    explorer.asked, explorer.failing, explorer.slow = asked, failing, slow
    explorer.latest.ask()
    explorer.latest.wait()
    return explorer


def test_the_twist_changes_pictures_and_numbers(twist):
    before = twist.image.value, twist.numbers.value
    twist.alpha.value = 0.3
    twist.latest.wait()
    assert twist.image.value != before[0] and twist.numbers.value != before[1]
    assert "1.300" in twist.numbers.value  # the second reference's
    assert "1.800" in twist.status.value  # the network, on the distribution that is shown


def test_the_twists_of_a_correlation_are_drawn_ahead_the_nearest_first(twist):
    assert twist.asked[0] == (0.5, -0.7) and sorted(a for a, _ in twist.asked) == ALPHAS
    assert {a for a, _ in twist.asked[1:3]} == {0.48, 0.52}
    drawn_then = twist.reference_png(twist._plane(0.3, -0.7))
    twist.asked.clear()
    twist.alpha.value = 0.1 + 0.2  # as a page's slider sums its steps: not quite 0.3
    twist.latest.wait()
    assert twist.image.value == drawn_then and not twist.asked
    twist.correlation.value = 0.5
    twist.latest.wait()
    assert sorted(twist.asked) == [(alpha, 0.5) for alpha in ALPHAS]


def test_nothing_is_drawn_ahead_while_the_network_learns(twist):
    twist.start.click()
    twist.correlation.value = 0.5
    until(lambda: (0.5, 0.5) in twist.asked and len(twist.path) > 3)
    time.sleep(4 * PAUSE)
    assert [where for where in twist.asked if where[1] == 0.5] == [(0.5, 0.5)]
    twist.stop.click()
    twist.learner.wait()
    twist.latest.ask()
    twist.latest.wait()
    assert len([where for where in twist.asked if where[1] == 0.5]) == len(ALPHAS)


def test_the_network_learns_while_the_sliders_move_and_can_begin_anew(twist):
    twist.start.click()
    for value in np.linspace(0, 1, 21):
        twist.alpha.value = value
    until(lambda: twist.path and twist.path[-1][1] == 2.5)
    assert "learning" in twist.state()
    twist.stop.click()
    twist.learner.wait()
    twist.latest.wait()
    assert "stopped" in twist.status.value and 0 < twist.path[-1][0] < LONGEST
    twist.reset.click()
    twist.latest.wait()
    assert [step for step, *_ in twist.path] == [0]


def test_a_network_counts_as_stopped_when_its_last_step_is_done_and_told(twist):
    twist.start.click()
    until(lambda: len(twist.path) > 1)
    barrier = threading.Barrier(2)
    twist.slow.append(barrier)
    barrier.wait()  # a step has begun
    twist.stop.click()
    twist.latest.wait()
    assert "stopping" in twist.status.value
    barrier.wait()  # and ends
    until(lambda: "stopped" in twist.status.value)
    told = twist.path[-1][0]
    assert f'<b class="step">{told}</b>' in twist.status.value
    twist.learner.wait()
    twist.latest.wait()
    assert twist.path[-1][0] == told


def test_an_ascent_that_fails_leaves_no_curve_and_its_message_until_something_is_pressed(twist):
    twist.start.click()
    until(lambda: len(twist.path) > 1)
    twist.failing.append("no longer finite")
    twist.learner.wait()
    twist.latest.wait()
    assert "no longer finite" in twist.status.value
    assert 'stopped</b> after <b class="step">0</b>' in twist.status.value
    twist.reset.click()
    twist.latest.wait()
    assert "no longer finite" not in twist.status.value


def test_a_turned_drop_has_its_moments_exchanged():
    along = np.array([[2.0, -2, 0, 0], [0, 0, 1, -1]]) / 2
    cloud = np.full((3, 2), 0.25)
    explorer = DropExplorer(lambda deformation: along, lambda x: (x**2).mean(axis=1), cloud)
    explorer.orientation.value = 0
    explorer.latest.wait()
    assert '"moment">0.500' in explorer.numbers.value
    picture = explorer.image.value
    explorer.orientation.value = 90
    explorer.latest.wait()
    first, second = (part[:5] for part in explorer.numbers.value.split('"moment">')[1:])
    assert (first, second) == ("0.125", "0.500")
    assert explorer.image.value != picture


def test_drops_of_all_deformations_are_made_in_the_pauses():
    made = []

    def drop(deformation):
        made.append(deformation)
        return np.zeros((2, 5))

    explorer = DropExplorer(drop, lambda x: (x**2).mean(axis=1), np.ones((3, 2)))
    explorer.latest.ask()
    explorer.latest.wait()
    assert sorted(made) == DEFORMATIONS and made[0] == explorer.deformation.value
    explorer.deformation.value = -0.4 + 35 * 0.02  # as a page sums its steps to 0.3
    explorer.latest.wait()
    assert sorted(made) == DEFORMATIONS
