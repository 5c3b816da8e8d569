"""The explorers as a reader meets them: JupyterLab in Chromium, sliders by key and by drag.

Times are printed, with their bounds, and not asserted: run with `-s` to see them.
"""

import random
import re
import time

import numpy as np
import pytest

from tests.lab import WAIT, browser_path, opened
from tests.tree import ROOT

pytestmark = [
    pytest.mark.paper,
    pytest.mark.skipif(browser_path() is None, reason="the browser test needs Chromium"),
]

# Milliseconds from a key to the picture's bytes, on to the decoded picture, on to its frame.
LISTEN = """image => {
    window.moves = [];
    if (image.dataset.timed) return;
    image.dataset.timed = 'yes';
    let pressed = null, came = null;
    document.addEventListener('keydown', () => { pressed = performance.now(); }, true);
    new MutationObserver(() => { came = performance.now(); })
        .observe(image, {attributes: true, attributeFilter: ['src']});
    image.addEventListener('load', () => {
        const decoded = performance.now();
        requestAnimationFrame(() => {
            if (pressed !== null) {
                moves.push([came - pressed, decoded - came, performance.now() - decoded]);
                pressed = null;
            }
        });
    });
}"""
REST = 3  # seconds without a change after which a busy machine, too, has shown the last position
ERRORS = '[data-mime-type="application/vnd.jupyter.stderr"]'


class Explorers:
    """The page's controls and numbers, by the names that a reader sees."""

    def __init__(self, page):
        self.page = page

    def run_all(self, images=4):
        self.page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
        self.page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
        self.image(images - 1).wait_for()
        self.page.get_by_text("second moments:").last.wait_for()

    def handle(self, name):
        row = self.page.locator(".widget-inline-hbox", has=self.page.get_by_text(name, exact=True))
        return row.locator(".noUi-handle").first

    def image(self, number):
        return self.page.locator("img.widget-image").nth(number)

    def images(self):
        return self.page.locator("img.widget-image").all()

    def press(self, name, key, times=1):
        for _ in range(times):
            self.handle(name).press(key)
        self.settle()

    def drag(self, name, by):
        handle = self.handle(name)
        handle.hover()  # brings it into view, and waits until it rests there
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + by, y, steps=8)
        mouse.up()

    def settle(self, seconds=0.7):
        """Wait until nothing on the page has changed for so long."""
        last, since = None, time.monotonic()
        while time.monotonic() - since < seconds:
            now = [image.get_attribute("src") for image in self.images()] + self.texts()
            if now != last:
                last, since = now, time.monotonic()
            time.sleep(0.05)

    def until(self, condition):
        """Wait for what has to come about; on a busy machine a pause may end too soon."""
        end = time.monotonic() + WAIT
        while not condition():
            assert time.monotonic() < end
            time.sleep(0.05)
        self.settle()

    def texts(self):
        return self.page.locator(".widget-html-content").all_text_contents()

    def number(self, css):
        """The first number in what the selector finds, its sign included."""
        text = self.page.locator(css).last.text_content().replace("−", "-")
        return float(re.search(r"-?[\d.]+", text).group())

    def best(self):
        return self.page.locator(".best").text_content()

    def references(self):
        return list(map(float, self.page.locator(".reference").all_text_contents()))

    def moments(self):
        return list(map(float, self.page.locator(".moment").all_text_contents()))


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    with opened(ROOT / "notebooks" / "explore.ipynb", folder) as (lab, page, errors):
        explorers = Explorers(page)
        explorers.run_all()
        yield lab, explorers, errors


def told(name, times):
    median, late = np.percentile(np.sum(times, axis=1), [50, 95])
    print(
        f"\n{name}: slider to picture over {len(times)} moves: median {median:.0f} ms "
        f"(bound 60), 95th percentile {late:.0f} ms (bound 300)"
    )


def timed_moves(explorers, name, image, keys):
    """Milliseconds from each key to the picture that it makes, (moves, 3): see LISTEN."""
    explorers.settle()
    handle = explorers.handle(name)
    handle.scroll_into_view_if_needed()
    explorers.image(image).scroll_into_view_if_needed()
    explorers.image(image).evaluate(LISTEN)
    for number, key in enumerate(keys, 1):
        handle.press(key)
        explorers.page.wait_for_function(f"moves.length >= {number}")
    explorers.settle()
    return explorers.page.evaluate("moves")


def test_the_best_feature_changes_as_the_noise_grows_through_018(lab):
    _, explorers, _ = lab
    explorers.press("field noise", "ArrowLeft", times=5)
    explorers.until(lambda: explorers.best() == "normalized position")
    before = explorers.image(0).get_attribute("src"), explorers.number("td.rmi.pca")
    explorers.press("field noise", "ArrowRight", times=6)
    explorers.until(lambda: explorers.best() == "PCA")
    assert explorers.image(0).get_attribute("src") != before[0]
    assert explorers.number("td.rmi.pca") > before[1]
    explorers.drag("field noise", by=-200)  # to the lowest noise
    explorers.until(lambda: explorers.number("td.rmi.mean_field") < -2)
    assert explorers.best() == "normalized position"
    explorers.drag("field noise", by=400)
    explorers.until(lambda: explorers.best() == "PCA")


def test_bending_a_feature_moves_its_entropy_and_not_its_rmi(lab):
    _, explorers, _ = lab
    names = ("td.rmi.pca", "td.entropy.pca", "td.entropy.mean_field")
    explorers.settle(REST)
    rmi, entropy, other = map(explorers.number, names)
    explorers.page.get_by_role("button", name="y³ + 5y").click()
    explorers.until(lambda: explorers.number("td.entropy.pca") > entropy + np.log(5))
    # the spacings are those of bent values: their estimate changes by far less than its error
    assert explorers.number("td.rmi.pca") == pytest.approx(rmi, abs=0.005)
    assert explorers.number("td.entropy.mean_field") == other
    explorers.page.get_by_role("button", name="y", exact=True).click()
    explorers.until(lambda: explorers.number("td.entropy.pca") == entropy)


def test_the_reference_features_part_as_the_twist_grows(lab):
    _, explorers, _ = lab
    explorers.drag("twist α (rad per r)", by=-400)  # to no twist
    # PCA's direction scatters a little about the axis
    explorers.until(lambda: np.ptp(explorers.references()[:2]) < 0.01)
    picture = explorers.image(1).get_attribute("src")
    explorers.press("twist α (rad per r)", "ArrowRight", times=25)  # to the paper's 0.5
    # held-out values of 200,000 samples: 1.528, 1.593, 1.595; four standard errors of 20,000
    twisted = pytest.approx([1.528, 1.593, 1.595], abs=0.02)
    explorers.until(lambda: explorers.references() == twisted)
    assert explorers.image(1).get_attribute("src") != picture


def test_the_network_starts_learns_follows_and_stops(lab):
    _, explorers, _ = lab
    page = explorers.page
    assert explorers.number(".step") == 0
    before = explorers.number(".held-out")
    start = time.monotonic()
    page.get_by_role("button", name="start", exact=True).click()
    page.wait_for_function("document.querySelector('.step').textContent > 0")
    print(f"\nfirst network contours after {time.monotonic() - start:.2f} s (bound 1)")
    page.wait_for_function(f"document.querySelector('.held-out').textContent > {before}")
    explorers.drag("twist α (rad per r)", by=30)  # while it learns
    explorers.drag("correlation", by=30)
    page.get_by_role("button", name="stop", exact=True).click()
    page.wait_for_function("document.querySelector('.state').textContent == 'stopped'")
    explorers.settle()
    step = explorers.number(".step")
    time.sleep(1)
    assert explorers.number(".step") == step > 0
    page.get_by_role("button", name="reset", exact=True).click()
    page.wait_for_function("document.querySelector('.step').textContent == 0")


@pytest.mark.same_bits  # how high a network climbs
def test_an_error_of_the_reading_takes_back_what_thin_lanes_had_gained(lab):
    _, explorers, _ = lab
    page = explorers.page
    explorers.press("twist α (rad per r)", "Home")
    explorers.press("twist α (rad per r)", "ArrowRight", times=25)  # to the paper's 0.5
    explorers.press("correlation", "Home")
    explorers.press("correlation", "ArrowRight", times=4)  # to -0.7
    start = time.monotonic()
    page.get_by_role("button", name="start", exact=True).click()
    page.wait_for_function("document.querySelector('.held-out').textContent >= 1.70")
    print(f"\nheld-out RMI of 1.70 after {time.monotonic() - start:.1f} s (bound 20)")
    page.wait_for_function("document.querySelector('.held-out').textContent >= 1.86")
    explorers.press("reading error δ", "ArrowRight", times=5)  # to 0.1, while it learns
    # The step at which that happens is the machine's, and the outcome not fixed. But the RMI falls,
    # from 1.90 to 1.80 within 30 steps and to 1.74 within 100, since a hand that is read so can't
    # tell thin lanes apart. Without an error of the reading it only rises from here.
    page.wait_for_function("document.querySelector('.held-out').textContent <= 1.8")
    page.get_by_role("button", name="stop", exact=True).click()
    page.get_by_role("button", name="reset", exact=True).click()
    page.wait_for_function("document.querySelector('.step').textContent == 0")
    explorers.press("reading error δ", "Home")


def test_the_drop_turns(lab):
    _, explorers, _ = lab
    explorers.drag("orientation (°)", by=-400)  # to 0
    # δr = 0.3: their ratio is (1.3)⁴ = 2.9 for uniform density
    explorers.until(lambda: explorers.moments()[0] > 2 * explorers.moments()[1])
    explorers.settle(REST)
    first, second = explorers.moments()
    explorers.press("orientation (°)", "ArrowRight", times=18)  # to 90°
    explorers.until(lambda: explorers.moments() == [second, first])


def test_sliders_answer_at_once(lab):
    _, explorers, _ = lab
    sweep = ["ArrowLeft"] * 20 + ["ArrowRight"] * 20
    for name in ("field noise", "twist α (rad per r)"):
        explorers.press(name, "End")  # so that each key moves the slider, whatever ran before
    for when in ("at once", "drawn ahead"):
        told(f"noise, {when}", timed_moves(explorers, "field noise", 0, sweep))
        told(f"twist, {when}", timed_moves(explorers, "twist α (rad per r)", 1, sweep))


def test_two_hundred_random_moves_leave_no_error_behind(lab):
    lab, explorers, errors = lab
    page, choose = explorers.page, random.Random(0)
    sliders = page.locator(".jp-Cell-outputArea .noUi-handle")
    boxes = page.locator(".jp-Cell-outputArea input[type=checkbox]")
    buttons = page.locator(".jp-Cell-outputArea button.widget-button, .widget-toggle-button")
    menu = page.locator(".jp-Cell-outputArea select")
    explorers.settle()
    before = lab.kernel_memory()
    for _ in range(200):
        kind = choose.choice("sssssscbm")
        if kind == "s":
            handle = sliders.nth(choose.randrange(sliders.count()))
            key = choose.choice(["ArrowLeft", "ArrowRight", "PageUp", "PageDown"])
            for _ in range(choose.randrange(1, 4)):
                handle.press(key)
        elif kind == "c":
            boxes.nth(choose.randrange(boxes.count())).click()
        elif kind == "b":
            buttons.nth(choose.randrange(buttons.count())).click()
        else:
            menu.select_option(index=choose.randrange(5))
    page.get_by_role("button", name="stop", exact=True).click()
    explorers.settle()
    growth = lab.kernel_memory() - before
    print(f"\nthe kernel's memory grew by {growth:.0f} MB in 200 random moves (bound 100)")
    assert growth < 100
    assert not errors
    assert not page.locator(ERRORS).all_text_contents()
    assert "Traceback" not in lab.log.read_text()
    # and it still answers
    picture, handle = explorers.image(0).get_attribute("src"), explorers.handle("field noise")
    at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
    handle.press("ArrowLeft" if at_end else "ArrowRight")
    explorers.until(lambda: explorers.image(0).get_attribute("src") != picture)
