"""Chromium for the browser tests: the one on the PATH, or the system's package."""

import os
import shutil
import subprocess

from stack.errors import StackError

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The path of a Chromium, installed when it is missing and we may. Raises StackError saying how otherwise."""
    if found := _on_path():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests.", flush=True)
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium"]):
            done = subprocess.run(["apt-get", *words], env=env, capture_output=True, text=True)
            if done.returncode:
                print(done.stdout[-2000:] + done.stderr[-2000:], flush=True)
                break
        if found := _on_path():
            return found
    raise StackError(
        f"The browser tests need a Chromium on the PATH ({', '.join(NAMES)}): install one, on Debian and Ubuntu with "
        "`sudo apt-get install chromium`, on Fedora with `sudo dnf install chromium`, then run `make test` again.",
        code=2,
    )


def _on_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)
