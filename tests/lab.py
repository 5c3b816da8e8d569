"""JupyterLab with one notebook, in Chromium: on this computer only, with its own settings."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from tests.tree import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = ["gpu", "quic", "background-networking", "component-update", "sync"]
WAIT = 600  # seconds, for whatever takes long on a busy machine


def browser_path():
    """Chromium's path, or None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


class Lab:
    """A JupyterLab server with a copy of one notebook, and its kernel's process."""

    def __init__(self, notebook, folder):
        self.log = folder / "lab.log"
        self.url, self.token = f"http://127.0.0.1:{_free_port()}", secrets.token_hex()
        (folder / "work").mkdir()
        shutil.copy(notebook, folder / "work")
        settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        # no toast that asks whether to fetch news
        (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
        names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
        places = {f"JUPYTER_{name}": folder / name.lower() for name in names}
        places["JUPYTERLAB_WORKSPACES_DIR"] = folder / "workspaces"
        places["JUPYTERLAB_SETTINGS_DIR"] = folder / "settings"
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--ServerApp.port_retries=0"]
        options += [f"--port={self.url.split(':')[-1]}", f"--IdentityProvider.token={self.token}"]
        options += [f"--ServerApp.root_dir={folder / 'work'}"]
        with self.log.open("w") as log:
            self.process = psutil.Popen(
                [sys.executable, "-m", "jupyterlab", *options],
                env=os.environ | {name: str(place) for name, place in places.items()}
                | {"PYTHONPATH": path},
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.address = f"{self.url}/lab/tree/{Path(notebook).name}?token={self.token}"

    def wait(self):
        """Return when the server answers."""
        for _ in range(10 * WAIT):
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/api"):
                return
            time.sleep(0.1)
        raise TimeoutError(self.log.read_text())

    def kernel_memory(self):
        """Resident memory of the kernel in megabytes."""
        kernels = [
            p for p in self.process.children(recursive=True) if "ipykernel" in str(p.cmdline())
        ]
        assert len(kernels) == 1, kernels
        return kernels[0].memory_info().rss / 1e6

    def close(self):
        """End the server, which ends its kernel."""
        self.process.terminate()
        self.process.wait(WAIT)


def _free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@contextlib.contextmanager
def opened(notebook, folder, *, width=1280, height=900):
    """The notebook in JupyterLab: the lab, the page, and the errors in the browser's console."""
    lab = Lab(notebook, folder)
    try:
        lab.wait()
        switches = [f"--disable-{name}" for name in SWITCHES] + ["--no-first-run"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            switches.append("--no-sandbox")  # Chromium refuses to be root with it
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path(), args=switches)
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(1000 * WAIT)
            errors = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
            page.goto(lab.address)
            page.wait_for_selector(".jp-Notebook .jp-Cell")
            # before the kernel is connected, a command to run is lost without a word
            page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for()
            yield lab, page, errors
            browser.close()
    finally:
        lab.close()
