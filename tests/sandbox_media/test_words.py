"""Type: whatever a hook says, it stays in its zone, loses no letter, and can be read on what lies below it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sandbox.media.canvas import Canvas
from sandbox.media.colour import contrast, rgb
from sandbox.media.fonts import VOICES, Voice, spell
from sandbox.media.geometry import HEIGHT, WIDTH
from sandbox.media.legible import ENOUGH, dress, lay, samples, worst
from sandbox.media.scene import Look, Scene, Zone
from sandbox.media.typeset import Block, fit, write

LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"


def words_of(block: Block) -> str:
    return "".join("".join(line.text for line in block.lines).split()).replace("-", "")


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=200), st.sampled_from(VOICES))
def test_any_text_stays_in_its_zone(text: str, voice: Voice) -> None:
    zone = Zone()
    block = fit(text, voice, zone)
    spelled = spell(text, voice.package, voice.display)
    assert bool(block.lines) == bool(spelled)
    if block.lines:
        left, top, right, bottom = block.bounds
        assert zone.left <= left and right <= zone.right + 1
        assert top > 0 and bottom <= zone.bottom
        assert words_of(block) == "".join(spelled.split()).replace("-", "")


@pytest.mark.parametrize("text", ["W" * 200, LONG, f"Why {LONG} matters", "i", "A B " * 50, "a\nb\n" * 40])
def test_awkward_text_leaves_nothing_outside_the_zone(text: str) -> None:
    zone = Zone()
    image = Image.new("RGB", (WIDTH, HEIGHT))
    write(image, 1.0, fit(text, VOICES[0], zone), "#ffffff")
    drawn = image.getbbox()
    assert drawn
    assert drawn[0] >= zone.left - 8 and drawn[1] >= zone.top - 20
    assert drawn[2] <= zone.right + 8 and drawn[3] <= zone.bottom


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.display)
@pytest.mark.parametrize("hook", ["Wait.", "You are watering it too much", "POV: " + "you finally said no " * 4])
def test_hooks_of_ordinary_length_are_set_large(hook: str, voice: Voice) -> None:
    assert fit(hook, voice, Zone()).size >= 72


def test_a_long_word_is_broken_with_a_hyphen_rather_than_set_small() -> None:
    block = fit(LONG, VOICES[0], Zone())
    assert block.size > 80
    assert [line.text[-1] for line in block.lines[:-1]] == ["-"] * (len(block.lines) - 1)


def test_lines_are_of_even_length() -> None:
    block = fit("Your first 5K does not care how slow you start", VOICES[0], Zone())
    widths = [line.width for line in block.lines]
    assert len(widths) > 2
    assert min(widths) > max(widths) * 0.5


def test_line_breaks_the_writer_asked_for_are_kept() -> None:
    assert [line.text for line in fit("Day 1\nI forgot", VOICES[1], Zone()).lines] == ["Day 1", "I forgot"]


@pytest.mark.parametrize(
    ("hook", "spelled"),
    [
        ("🔥 3 apps that feel illegal 🤯", "3 apps that feel illegal"),
        ("Tea 👩‍👩‍👧‍👦 time\n\n☕️ now", "Tea time\nnow"),
        ("Señor Łukasz’s “crème” – 50 €", "Señor Łukasz’s “crème” – 50 €"),
        ("𝗕𝗼𝗹𝗱 claims", "Bold claims"),
        ("🎉", ""),
    ],
)
@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.display)
def test_what_the_font_cannot_spell_is_left_out(hook: str, spelled: str, voice: Voice) -> None:
    assert spell(hook, voice.package, voice.display) == spelled


LOOK = Look(("#ffffff",), ink="#f4f4f4", paper="#fafafa", tones=(), accent="#d9573b")


@pytest.mark.parametrize("ground", ["#ffffff", "#808080", "#7f9a66", "#d98a6a", "#000000"])
def test_words_can_be_read_whatever_lies_below(ground: str) -> None:
    """The look's own colours are of no use here: the words have to help themselves."""
    canvas = Canvas(1 / 3)
    canvas.ground(ground)
    scene = Scene("plain", lambda canvas, look, moment: None, (LOOK,))
    block = fit("Can you read this", VOICES[0], scene.zone)
    worn = dress(canvas, block, scene, LOOK)
    lay(canvas, block, worn)
    assert worst(worn.ink, samples(canvas, block)) >= ENOUGH


def test_a_scene_with_labels_sets_its_words_on_paper() -> None:
    canvas = Canvas(1 / 3)
    look = Look(("#2b9aa8",), ink="#0b3a47", paper="#fbfaf4", tones=(), accent="#e4623f")
    scene = Scene("busy", lambda canvas, look, moment: None, (look,), labels=True)
    block = fit("Breathe first", VOICES[0], scene.zone)
    lay(canvas, block, dress(canvas, block, scene, look))
    below = samples(canvas, block)
    assert float(np.median(contrast(look.ink, below))) == pytest.approx(
        float(contrast(look.ink, np.array([rgb(look.paper)], float))[0]), rel=0.05
    )


def test_whole_words_are_preferred_to_large_ones() -> None:
    """A word that fits at a readable size is not broken for the sake of a larger one."""
    block = fit("Konzentrationsschwierigkeiten am Nachmittag sind ganz normal", VOICES[0], Zone())
    assert "Konzentrationsschwierigkeiten" in [line.text for line in block.lines]
