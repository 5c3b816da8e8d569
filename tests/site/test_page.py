"""The page as `make site` builds it: whole, with no link that leads nowhere, and small."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import rmi_tf

import pytest

import data_generators
from tests.tree import NOTEBOOKS, ROOT

MEGABYTES = 25
PUBLIC = [
    f"{package.__name__}.{name}"
    for package in (rmi_tf, data_generators)
    for name in package.__all__
]
SECTION = re.compile(r"^\.\. auto\w+:: (\w+)$", re.MULTILINE)


class Page(HTMLParser):
    """What a page refers to, by link or by itself, and the anchors that it has."""

    def __init__(self, path):
        super().__init__()
        self.links, self.fetched, self.anchors, self.pictures = [], [], set(), []
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            assert given["id"] not in self.anchors or tag != "section", given["id"]
            self.anchors.add(given["id"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in ("img", "script", "iframe", "source") and given.get("src"):
            self.fetched.append(given["src"])
        if tag == "link" and "stylesheet" in given.get("rel", ""):
            self.fetched.append(given["href"])
        if tag == "img":
            self.pictures.append(given)


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def documented():
    """Each name that the pages have a directive for, with its package."""
    found = []
    for path in sorted((ROOT / "docs/pages").glob("*.md")):
        text = path.read_text()
        module = re.search(r"currentmodule:: (\w+)", text)
        found += [f"{module[1]}.{name}" for name in SECTION.findall(text)]
    return found


def test_every_public_name_is_on_the_page_once():
    known = [name for name in PUBLIC if name != "rmi_tf.tf"]
    assert sorted(documented()) == sorted(known)


@pytest.mark.paper
def test_every_public_name_has_its_place_and_every_notebook_its_page(site, pages):
    anchors = [anchor for page in pages.values() for anchor in page.anchors]
    assert not [name for name in PUBLIC if anchors.count(name) != 1]
    assert {path.stem for path in (site / "notebooks").glob("*.html")} == {
        path.stem for path in NOTEBOOKS
    }
    for number in (1, 2, 3, 4, 5, 8):
        assert f"equation-{number}" in pages[site / "equations.html"].anchors


@pytest.mark.paper
def test_no_link_leads_nowhere(site, pages):
    count = 0
    for path, page in pages.items():
        for link in page.links + page.fetched:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
            assert target.is_file() and target.is_relative_to(site), (path.name, link)
            if parts.fragment and target.suffix == ".html" and link not in page.fetched:
                # Furo's drawings are referred to within the page
                assert unquote(parts.fragment) in pages[target].anchors, (path.name, link)
            count += 1
    assert count > 1000


@pytest.mark.paper
def test_equations_and_functions_are_linked_from_notebooks(site, pages):
    links = pages[site / "notebooks/theory.html"].links
    assert "../equations.html#equation-5" in links
    links = pages[site / "notebooks/high_dimensional.html"].links
    assert "../beyond.html#rmi_tf.accurate_protocol" in links


@pytest.mark.paper
def test_nothing_is_fetched_from_elsewhere_and_every_picture_has_its_text(pages):
    for path, page in pages.items():
        assert not [link for link in page.fetched if urlsplit(link).netloc], path.name
        assert all(len(picture.get("alt", "")) > 5 for picture in page.pictures), path.name


@pytest.mark.paper
def test_the_page_is_small(site):
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert size < MEGABYTES * 1e6


def test_the_numbers_behind_the_sliders_are_whole():
    folder = ROOT / "docs/explorers"
    noise, twist, drop = (
        json.loads((folder / f"{name}.json").read_text()) for name in ("noise", "twist", "drop")
    )
    assert noise["noise"] == [round(0.01 * i, 2) for i in range(2, 41)]
    assert all(len(of[key]) == 39 for of in noise["features"].values() for key in of)
    assert len(noise["features"]) == 5 and len(twist["features"]) == 4
    assert twist["alpha"] == [round(0.05 * i, 2) for i in range(21)]
    assert all(len(of[key]) == 21 for of in twist["features"].values() for key in of)
    assert len(drop["places"]) == len(drop["deformation"])
