"""What `make sandbox` tells a person."""

import os
from pathlib import Path

from sandbox.world.keys import PARENT_KEY
from stack.sandbox import Sandbox


def test_the_card_names_address_page_and_key(tmp_path: Path) -> None:
    card = Sandbox(tmp_path, 8123, "postgresql:///unused", dict(os.environ)).card()
    for words in ("Sandbox at http://127.0.0.1:8123\n", "http://127.0.0.1:8123/_sandbox/\n", PARENT_KEY):
        assert words in card
