"""The page's explorers as a reader meets them: in Chromium, without a kernel and without a network.

Times are printed, with their bound, and not asserted: run with `-s` to see them.
"""

import statistics

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.lab import SWITCHES, browser_path

pytestmark = [
    pytest.mark.paper,
    pytest.mark.skipif(browser_path() is None, reason="the browser test needs Chromium"),
]

WIDTHS = (360, 1280, 1920)  # pixels: a phone, a laptop, a desk
MOVES, AT_MOST = 30, 20  # of a slider, ms from its move to the last stroke of the pictures

# When a slider was moved last, and when something was drawn last.
LISTEN = """() => {
    window.moved = 0; window.drawn = 0;
    document.addEventListener('input', () => { moved = performance.now(); }, true);
    for (const name of ['stroke', 'fill', 'fillRect', 'clearRect', 'drawImage', 'fillText']) {
        const own = CanvasRenderingContext2D.prototype[name];
        CanvasRenderingContext2D.prototype[name] = function (...all) {
            window.drawn = performance.now();
            return own.apply(this, all);
        };
    }
}"""


class Explorer:
    """One of the page's, by what it is called there."""

    def __init__(self, page, name):
        self.root = page.locator(f'[data-explorer="{name}"]')
        self.root.scroll_into_view_if_needed()

    def slider(self, name):
        return self.root.locator(f"#{name}")

    def at(self, name):
        return float(self.root.locator(f'output[for="{name}"]').inner_text().replace("−", "-"))

    def press(self, name, key, times=1):
        self.slider(name).focus()
        for _ in range(times):
            self.slider(name).press(key)

    def told(self, name):
        return self.root.locator(f'[data-number="{name}"]').inner_text()

    def number(self, name):
        return float(self.told(name).split()[0].replace("−", "-"))

    def picture(self, name):
        return self.root.locator(f'[data-plot="{name}"]')


@pytest.fixture(scope="module")
def browser():
    switches = [f"--disable-{name}" for name in SWITCHES]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=["--no-sandbox", *switches]
        )
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS)
def page(browser, site, request):
    """The page of the explorers in a window of that width; it asks for nothing else."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 800}, has_touch=request.param < 500
    )
    context.set_offline(True)
    page, asked, errors = context.new_page(), [], []
    page.on("request", lambda made: asked.append(made.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(f"({LISTEN})()")
    page.goto((site / "explorers.html").as_uri())
    page.wait_for_function("document.querySelector('[data-number=first]').textContent !== '–'")
    yield page
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    assert not errors
    context.close()


def test_the_best_feature_changes_with_the_noise_at_018(page):
    noise = Explorer(page, "noise")
    before = noise.picture("field").screenshot()
    noise.press("noise", "Home")
    assert noise.at("noise") == 0.02 and noise.told("best") == "normalized position"
    while noise.told("best") != "PCA":
        assert noise.at("noise") < 0.2
        noise.press("noise", "ArrowRight")
    # Fig. 2b has them cross at 0.18, within its standard errors, a step of the slider
    assert abs(noise.at("noise") - 0.18) < 0.02
    noise.press("noise", "End")
    assert noise.at("noise") == 0.4 and noise.told("best") == "PCA"
    assert noise.root.locator("tr.best").get_attribute("data-feature") == "pca"
    assert noise.picture("field").screenshot() != before


def test_without_a_twist_the_long_axis_is_pca(page):
    twist = Explorer(page, "twist")
    twist.press("alpha", "Home")
    assert twist.at("alpha") == 0
    pca, straight = twist.number("PCA"), twist.picture("PCA").screenshot()
    # PCA is fitted to samples: a standard error apart at most, as the same samples judge both
    assert pca == pytest.approx(twist.number("untwisted long axis"), abs=0.005)
    twist.press("alpha", "End")
    assert twist.at("alpha") == 1 and twist.number("PCA") < pca - 0.1
    assert twist.told("best") != "PCA" and twist.picture("PCA").screenshot() != straight


def test_a_drop_turned_by_a_right_angle_has_its_moments_the_other_way_round(page):
    drop = Explorer(page, "drop")
    drop.press("orientation", "Home")
    while drop.at("orientation") < 45:
        drop.press("orientation", "ArrowRight")
    upright = drop.number("first"), drop.number("second")
    while drop.at("orientation") < 135:
        drop.press("orientation", "ArrowRight")
    assert (drop.number("second"), drop.number("first")) == pytest.approx(upright, abs=0.001)


def test_a_slider_is_dragged(page):
    noise = Explorer(page, "noise")
    noise.press("noise", "Home")
    numbers, picture = noise.root.inner_text(), noise.picture("rmi").screenshot()
    noise.slider("noise").hover(position={"x": 8, "y": 16})  # the handle, once it rests in sight
    box = noise.slider("noise").bounding_box()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 16, steps=5)
    page.mouse.up()
    assert abs(noise.at("noise") - 0.21) < 0.03  # the middle
    assert noise.root.inner_text() != numbers and noise.picture("rmi").screenshot() != picture


def test_a_slider_is_tapped(page):
    if page.viewport_size["width"] > 500:
        pytest.skip("no touch here")
    twist = Explorer(page, "twist")
    box = twist.slider("alpha").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    assert twist.at("alpha") > 0.9


def test_nothing_is_wider_than_the_window_and_the_controls_can_be_used_by_all(page):
    wide = "document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(wide)
    found = Axe().run(page).response["violations"]
    assert not [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")], found


def test_moves_are_seen_soon(page):
    for name, slider in (("noise", "noise"), ("twist", "alpha"), ("drop", "orientation")):
        explorer, took = Explorer(page, name), []
        explorer.press(slider, "Home")
        for _ in range(MOVES):
            page.wait_for_timeout(50)
            at_end = explorer.slider(slider).evaluate("s => s.value === s.max")
            explorer.press(slider, "Home" if at_end else "ArrowRight")
            page.wait_for_timeout(100)
            took.append(page.evaluate("drawn - moved"))
        assert min(took) > 0  # something is drawn after each move
        width, median = page.viewport_size["width"], statistics.median(took)
        print(
            f"\n{name} at {width} pixels: median {median:.1f} ms, at most {AT_MOST} wanted", end=""
        )
