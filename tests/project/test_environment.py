"""environment.yml, pyproject.toml and the lock describe one environment, and it is the one here."""

import re
import tomllib
from importlib.metadata import version

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.tree import ROOT, tracked_files

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
DECLARED = [
    Requirement(line)
    for line in [
        *PROJECT["dependencies"],
        *(line for extra in PROJECT["optional-dependencies"].values() for line in extra),
        *PYPROJECT["tool"]["uv"]["constraint-dependencies"],
        *PYPROJECT["build-system"]["requires"],
    ]
]
PYTHONS = ("3.11", "3.12", "3.13")


def read_lock():
    """(requirement, its hashes) for each entry of the lock."""
    text = (ROOT / "requirements.txt").read_text().replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return [
        (Requirement(entry.split("--hash=")[0].strip()), re.findall(r"--hash=(\S+)", entry))
        for entry in entries
    ]


LOCK = read_lock()


def applies(requirement, python):
    """Whether the lock's entry is meant for that Python, on a system such as this one."""
    environment = {"python_version": python, "python_full_version": f"{python}.9"}
    return requirement.marker is None or requirement.marker.evaluate(environment)


def locked_versions(python):
    """Name -> version, as that Python installs them."""
    return {
        canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
        for requirement, _ in LOCK
        if applies(requirement, python)
    }


def test_every_locked_package_has_one_version_and_its_hashes():
    assert len(LOCK) > len(DECLARED)
    for requirement, hashes in LOCK:
        assert re.fullmatch(r"==[^=*,]+", str(requirement.specifier)), requirement
        assert hashes, f"{requirement.name} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes), requirement


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_has_a_version_of_each_declared_dependency_that_fits(python):
    locked = locked_versions(python)
    for requirement in DECLARED:
        found = locked.get(canonicalize_name(requirement.name))
        assert found, f"{requirement.name} is declared but not locked"
        assert requirement.specifier.contains(found), f"{requirement} is locked at {found}"


def test_what_makes_the_numbers_has_the_same_version_on_every_python():
    for name in ("numpy", "scipy", "tensorflow", "keras", "matplotlib", "contourpy", "pandas"):
        assert len({locked_versions(python)[name] for python in PYTHONS}) == 1, name


def test_this_environment_is_the_locked_one():
    for requirement, _ in LOCK:
        if requirement.marker is None or requirement.marker.evaluate():
            installed = version(requirement.name)
            assert requirement.specifier.contains(installed), f"{requirement}: found {installed}"


def test_conda_takes_python_alone_and_all_else_from_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["name"] == PROJECT["name"]
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    python, pip, from_pip = environment["dependencies"]
    python = Requirement(python)
    assert python.name == "python"
    assert python.specifier == SpecifierSet(PROJECT["requires-python"])
    assert pip == "pip"
    assert from_pip == {"pip": ["-r requirements.txt"]}


def test_make_accepts_the_pythons_that_the_project_declares():
    declared = SpecifierSet(PROJECT["requires-python"])
    assert [f"3.{minor}" for minor in range(30) if f"3.{minor}.9" in declared] == list(PYTHONS)
    first, last = (tuple(map(int, python.split("."))) for python in (PYTHONS[0], PYTHONS[-1]))
    makefile = (ROOT / "Makefile").read_text()
    assert f"{first} <= sys.version_info[:2] <= {last}" in makefile


def test_binder_installs_the_packages_without_a_download():
    script = ROOT / "postBuild"
    assert script.stat().st_mode & 0o100, "postBuild is not executable"
    assert "pip install --no-deps --no-build-isolation -e ." in script.read_text()


def test_no_file_names_a_package_index():
    # The brackets keep this file from being found itself.
    address = re.compile("inde[x][-_]url|find-link[s]|https?://[^ ]*/simpl[e]", re.IGNORECASE)
    for path in tracked_files():
        found = address.search(path.read_bytes().decode(errors="ignore"))
        assert not found, f"{path.relative_to(ROOT)}: {found and found[0]}"
    assert "://" not in (ROOT / "requirements.txt").read_text()


def test_the_citation_names_the_paper():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    paper = citation["preferred-citation"]
    assert [author["family-names"] for author in paper["authors"]] == [
        "Sarra",
        "Aiello",
        "Marquardt",
    ]
    assert (paper["volume"], paper["start"], paper["year"]) == (126, "200601", 2021)
    assert citation["license"] == PROJECT["license"]
