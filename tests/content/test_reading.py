"""Content is read tolerantly: whatever the API sends, the page opens, and nothing it names as a link is trusted."""

from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from common.wording import hook, hook_lines
from content import brand
from content.captions import Caption, captions
from content.history import steps
from content.models import Container, ReviewPolicy
from content.reasons import LABELS, REASONS, label_of
from orgs.models import Project
from tests import factories
from tests.content.conftest import Desk

PREVIEWS: list[Any] = [
    None,
    {},
    [],
    "soon",
    {"kind": "hologram", "primaryUrl": "https://m.example/h"},
    {"kind": 7},
    {"kind": "slideshow"},
    {"kind": "slideshow", "imageUrls": None, "primaryUrl": None},
    {"kind": "slideshow", "imageUrls": ["https://m.example/1.jpg", None, 3, "javascript:alert(1)"]},
    {"kind": "video"},
    {"kind": "video", "videoUrl": "https://m.example/v.mp4", "thumbnailUrl": None, "durationMs": None},
    {"kind": "video", "videoUrl": "javascript:alert(1)", "durationMs": "long"},
    {"kind": "image", "primaryUrl": "data:text/html,x"},
]
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.django_db
@pytest.mark.parametrize("preview", PREVIEWS, ids=str)
def test_every_preview_is_shown_on_the_desk_and_in_the_gallery(preview: Any, desk: Desk) -> None:
    item = factories.container(preview=None, raw={"preview": preview})
    for response in (desk.open(item), desk.client.get("/review/gallery/")):
        assert response.status_code == 200
        assert b"javascript:" not in response.content
        assert b"data:text" not in response.content


@pytest.mark.django_db
def test_an_item_of_which_nothing_is_known_is_shown(desk: Desk) -> None:
    item = factories.container(
        preview=None,
        raw={},
        hook="",
        kind="",
        format="",
        creative_type="",
        thumbnail_url="",
        status="",
        approval_status="",
    )
    page = desk.open(item).content.decode()
    assert "Layers sent no hook for it." in page
    assert "None yet." in page


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["slideshow", "video", "image"])
def test_each_known_kind_is_drawn_as_what_it_is(kind: str, desk: Desk) -> None:
    preview = {
        "kind": kind,
        "primaryUrl": "https://m.example/1.jpg",
        "imageUrls": ["https://m.example/1.jpg", "https://m.example/2.jpg"],
        "videoUrl": "https://m.example/v.mp4",
    }
    page = desk.open(factories.container(preview=preview)).content.decode()
    assert ("<video" in page) is (kind == "video")
    assert ('data-strip="preview"' in page) is (kind == "slideshow")


def test_captions_are_read_in_both_spellings() -> None:
    listed = {"captions": [{"platform": "tiktok", "text": "One"}, {"platform": "instagram", "text": "Two"}]}
    assert [(one.platform, one.text) for one in captions(listed)] == [("tiktok", "One"), ("instagram", "Two")]
    assert captions({"caption": "One"}) == [Caption("One", name="Caption")]
    assert captions({**listed, "caption": "Two"}) == captions(listed), "the same words are shown once"
    assert captions({"caption": "One", "firstComment": "First!"})[1] == Caption("First!", name="First comment")


def test_a_caption_counts_its_characters_and_knows_its_tags() -> None:
    caption = Caption("Día 1 🌊 #slow_living, @morrow.app")
    assert caption.length == 33
    assert [piece for piece, tag in caption.parts if tag] == ["#slow_living", "@morrow.app"]
    assert "".join(piece for piece, _ in caption.parts) == caption.text


@settings(deadline=None)
@given(json)
def test_whatever_stands_where_captions_should_is_read_or_left_out(raw: Any) -> None:
    for member in (raw, {"captions": raw}, {"caption": raw}, {"captions": [raw, {"platform": raw, "text": raw}]}):
        for caption in captions(member):
            assert caption.text
            assert "".join(piece for piece, _ in caption.parts) == caption.text


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_hook_becomes_one_safe_line_and_its_own_lines(text: str) -> None:
    assert "\n" not in hook(text)
    assert "\\n" not in hook(text)
    lines = str(hook_lines(text))
    assert "<" not in lines.replace("<br>", "")


def test_a_real_newline_and_the_two_characters_both_break_the_line() -> None:
    page = render_to_string("content/_facts.html", {"container": Container(hook="One\\nTwo\nThree", raw={})})
    assert "One<br>Two<br>Three" in page


@settings(deadline=None)
@given(json)
def test_a_history_can_be_told_of_anything(value: Any) -> None:
    for status, approval in [("failed", "pending"), ("completed", "approved"), ("canceled", "rejected")]:
        raw = {"completedAt": value, "lastError": value, "approvedAt": value, "approvedBy": value, "reason": value}
        item = Container(
            id="cnt_1", status=status, approval_status=approval, raw=raw, created_at=factories.ago(hours=1)
        )
        item.remote_updated_at = item.created_at
        assert steps(item, [])


class TestBrand:
    def test_facts_are_said_in_words_and_empty_ones_left_out(self) -> None:
        project = Project(name="P", app_name="Morrow", audience="female", language="pt-BR", brand_voice="warm")
        policy = ReviewPolicy(policy="review_first_n", first_n=12)
        said = {fact.name: fact.value for fact in brand.facts(project, policy)}
        assert said == {
            "App": "Morrow",
            "Voice": "Warm",
            "Audience": "Women",
            "Language": "Brazilian Portuguese",
            "Review": "The first 12 pieces need a person.",
        }

    @pytest.mark.parametrize(
        ("code", "name"), [("en", "English"), ("en-US", "English (en-US)"), ("tlh", "tlh"), ("", "")]
    )
    def test_a_language_has_a_name_or_stands_for_itself(self, code: str, name: str) -> None:
        assert brand.language(code) == name

    @pytest.mark.parametrize(
        ("policy", "words"),
        [
            (None, ""),
            (ReviewPolicy(policy="auto_approve"), "New pieces are approved by themselves."),
            (ReviewPolicy(policy="review_all"), "Every piece needs a person."),
            (ReviewPolicy(policy="review_first_n"), "The first pieces need a person."),
            (ReviewPolicy(policy="trust_score"), "Trust score"),
        ],
    )
    def test_every_policy_has_words(self, policy: ReviewPolicy | None, words: str) -> None:
        assert brand.policy_words(policy) == words


def test_a_sent_reason_finds_back_to_its_name() -> None:
    assert [label_of(reason.sentence) for reason in REASONS] == [reason.label for reason in REASONS]
    assert len(LABELS) == len(REASONS)
    assert label_of("Too loud") == "Too loud"
