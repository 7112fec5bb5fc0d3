"""The words and small parts of every page: what they say, and that nothing in the mirror can break them."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import figures, moments, previews, wording

NOON = datetime(2026, 6, 11, 12, 0, tzinfo=UTC)
PERSON = SimpleNamespace(name="Mara Lindqvist", initials="ML", shortcuts=True, is_authenticated=True)
SLIDES = ["https://media.example/1.jpg", "https://media.example/2.jpg"]


def drawn(source: str, **context: Any) -> str:
    return Template(source).render(Context({"user": PERSON, **context}))


# --- numbers


@pytest.mark.parametrize(
    ("value", "said"),
    [(1234, "1,234"), (0, "0"), (-15000, "−15,000"), ("1200", "1,200"), (None, "–"), ("many", "–"), (True, "–")],
)
def test_credits_are_grouped_and_what_is_no_number_is_a_dash(value: object, said: str) -> None:
    assert figures.credits(value) == said


def test_a_signed_amount_carries_its_sign_and_the_minus_is_a_real_one() -> None:
    assert [figures.signed(value) for value in (15000, -15000, 0, None)] == ["+15,000", "−15,000", "0", "–"]


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        (7500, "USD", "$75.00"),
        (5, "USD", "$0.05"),
        (-123456, "USD", "−$1,234.56"),
        (7500, "eur", "€75.00"),
        (7500, "CHF", "75.00 CHF"),
        (7500, None, "$75.00"),
        (None, "USD", "–"),
    ],
)
def test_cents_become_money_of_their_currency(value: object, currency: object, said: str) -> None:
    assert figures.cents(value, currency) == said


def test_a_share_is_a_whole_percentage_and_nothing_of_nothing_is_a_dash() -> None:
    assert [figures.percent(14420, 18000), figures.percent(79.6), figures.percent(-9)] == ["80%", "80%", "−9%"]
    assert [figures.percent(5, 0), figures.percent(None), figures.percent(1, "x")] == ["–", "–", "–"]


def test_a_duration_reads_like_a_player() -> None:
    assert [figures.duration(value) for value in (14000, 61_400, None, -1)] == ["0:14", "1:01", "–", "–"]


# --- times


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=3), "3 s"),
        (timedelta(minutes=4, seconds=59), "4 min"),
        (timedelta(hours=21), "21 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(days=3), "3 days"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_an_age_is_said_in_its_largest_useful_unit(past: timedelta, said: str) -> None:
    with time_machine.travel(NOON, tick=False):
        assert moments.age(NOON - past) == said
        assert moments.ago((NOON - past).isoformat()) == f"{said} ago"


def test_what_is_left_runs_out() -> None:
    with time_machine.travel(NOON, tick=False):
        assert moments.left(NOON + timedelta(hours=9)) == "9 h left"
        assert moments.left(NOON) == "expired"
        tones = [moments.left_tone(NOON + timedelta(hours=hours)) for hours in (-1, 9, 17, 30)]
    assert tones == ["stop", "stop", "wait", "quiet"]


def test_the_tone_of_an_age_rises_with_it() -> None:
    with time_machine.travel(NOON, tick=False):
        assert [moments.age_tone(NOON - timedelta(hours=hours)) for hours in (4, 12, 20)] == ["quiet", "wait", "stop"]


def test_a_moment_is_shown_in_the_readers_zone_with_the_year_only_when_it_is_another() -> None:
    with time_machine.travel(NOON, tick=False), timezone.override(ZoneInfo("Europe/Lisbon")):
        assert moments.when(datetime(2026, 6, 9, 7, 12, tzinfo=UTC)) == "9 Jun, 08:12"
        assert moments.when("2025-01-09T07:12:00Z") == "9 Jan 2025, 07:12"
        assert moments.clock(datetime(2026, 6, 11, 7, 12, tzinfo=UTC)) == "08:12"
        assert moments.clock(datetime(2026, 6, 9, 7, 12, tzinfo=UTC)) == "9 Jun, 08:12"
        assert moments.exactly(datetime(2026, 6, 11, 7, 12, 31, tzinfo=UTC)) == "11 Jun 2026, 08:12:31 Europe/Lisbon"


def test_a_moment_without_a_zone_is_utc_for_machines() -> None:
    assert moments.iso(datetime(2026, 6, 11, 8, 12, 31, 482_000)) == "2026-06-11T08:12:31Z"  # noqa: DTZ001
    assert moments.iso(date(2026, 6, 11)) == "2026-06-11T00:00:00Z"
    assert moments.iso("soon") == ""


def test_a_time_tag_holds_the_machine_time_the_exact_time_and_keeps_ageing() -> None:
    with time_machine.travel(NOON, tick=False):
        assert drawn("{% ago_time at %}", at=NOON - timedelta(seconds=3)) == (
            '<time datetime="2026-06-11T11:59:57Z" title="11 Jun 2026, 11:59:57 UTC" data-ago="ago">3 s ago</time>'
        )
    assert drawn("{% time at %}", at=None) == '<span class="quiet">–</span>'


def test_the_undo_clock_starts_from_the_real_seconds_left() -> None:
    with time_machine.travel(NOON, tick=False):
        clock = drawn("{% countdown over begun %}", over=NOON + timedelta(seconds=6), begun=NOON - timedelta(seconds=2))
    assert 'data-until="2026-06-11T12:00:06+00:00" data-seconds="8.0"' in clock
    assert "<b>6</b>" in clock


# --- words


@pytest.mark.parametrize("hook", ["Two\nlines", "Two\\nlines", "Two\r\nlines", "Two \\n lines"])
def test_a_hook_breaks_its_lines_at_both_kinds_of_newline(hook: str) -> None:
    assert wording.hook(hook) == "Two lines"
    assert wording.hook_lines(hook) == "Two<br>lines"


def test_a_hook_is_escaped() -> None:
    assert drawn("{{ hook|hook_lines }}", hook="<b>\n&") == "&lt;b&gt;<br>&amp;"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("update_budget", "Update budget"),
        ("ads.write.denied", "Ads write denied"),
        ("dailyBudgetCents", "Daily budget cents"),
        ("PLATFORM_REJECTED", "Platform rejected"),
        ("ugc-remix", "UGC remix"),
        ("", "–"),
        (None, "–"),
        (["pause_ad", "resume_ad"], "Pause ad, Resume ad"),
        (False, "No"),
    ],
)
def test_an_api_word_reads_as_words(raw: object, said: str) -> None:
    assert wording.words(raw) == said


@pytest.mark.parametrize("name", ["meta", "meta_ads", "layer_meta_ads", "META"])
def test_a_platform_has_one_name(name: str) -> None:
    assert (wording.platform_name(name), wording.platform_icon(name)) == ("Meta", "meta")


def test_an_unknown_platform_still_has_a_name_and_an_icon() -> None:
    assert (wording.platform_name("snap_reels"), wording.platform_icon("snap_reels")) == ("Snap reels", "ads")


def test_only_web_addresses_are_links() -> None:
    assert wording.web_url("https://media.example/1.jpg") == "https://media.example/1.jpg"
    assert [wording.web_url(bad) for bad in ("javascript:alert(1)", "//media.example", "", None, 7)] == [""] * 5


def test_a_long_id_is_shortened_but_copied_whole() -> None:
    whole = "cnt_7d18b9a1-8b2c-4f3e-a4d5-6e7f8a9b0c1d"
    chip = drawn('{% id_chip value "container id" %}', value=whole)
    assert ">cnt_7d18b9a1…0c1d<" in chip
    assert f'title="{whole}"' in chip
    assert f'data-copy="{whole}"' in chip
    assert 'aria-label="Copy container id"' in chip
    assert f">{whole}<" in drawn('{% id_chip value "container id" full=True %}', value=whole)


def test_a_name_always_has_the_same_mark() -> None:
    assert drawn('{% mark "Kettle & Crumb" %}') == drawn('{% mark "Kettle & Crumb" %}')
    assert [wording.initials(name) for name in ("Kettle & Crumb", "Larkspur", "", None)] == ["KC", "LA", "?", "?"]


# --- what the mirror holds can be anything

MOMENTS = st.datetimes() | st.datetimes(timezones=st.timezones()) | st.dates()
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text() | st.binary() | MOMENTS
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=4)
FILTERS = [
    *(figures.credits, figures.signed, figures.cents, figures.percent, figures.duration),
    *(moments.lasting, moments.age, moments.ago, moments.left, moments.age_tone, moments.left_tone),
    *(moments.when, moments.clock, moments.exactly, moments.iso),
    *(wording.hook, wording.hook_lines, wording.words, wording.platform_name, wording.platform_icon),
    *(wording.web_url, wording.short_id, wording.initials),
]


@given(value=ANYTHING)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_breaks_a_filter(value: object) -> None:
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        assert all(isinstance(one(value), str) for one in FILTERS)
    assert 0 <= wording.hue(value) < wording.HUES


@given(
    preview=st.dictionaries(st.sampled_from(["kind", "primaryUrl", "imageUrls", "videoUrl", "durationMs"]), ANYTHING)
    | st.fixed_dictionaries({"kind": st.sampled_from(["slideshow", "video", "image"]), "imageUrls": ANYTHING})
    | ANYTHING
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_preview_breaks_the_phone(preview: object) -> None:
    assert previews.shown(preview).kind in ("slideshow", "video", "image", "nothing", "other")
    assert 'class="phone"' in render_to_string("components/phone.html", {"preview": preview})


# --- parts


def test_key_caps_and_keys_are_there_only_for_people_who_use_them() -> None:
    source = '<button {% shortcut "shift+a" %}>Approve{% kbd "A" %}</button>'
    assert drawn(source) == (
        '<button aria-keyshortcuts="Shift+A" data-key="shift+a">Approve<kbd aria-hidden="true">A</kbd></button>'
    )
    assert drawn(source, user=SimpleNamespace(shortcuts=False)) == "<button >Approve</button>"
    assert drawn('{% shortcut "g r" %}{% shortcut "arrowleft" %}') == (
        'data-key="g r"aria-keyshortcuts="ArrowLeft" data-key="arrowleft"'
    )


def test_an_icon_is_decoration_unless_it_has_a_name() -> None:
    assert drawn('{% icon "check" %}').startswith(
        '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#i-'
    )
    assert 'role="img" aria-label="Meta"' in drawn('{% icon "meta" label="Meta" %}')


def test_what_the_api_says_is_escaped_in_every_part() -> None:
    source = '{% badge "ok" bad %}{% id_chip bad %}{% mark bad %}{% person bad %}{% badge bad "x" icon=bad %}'
    assert "<script" not in drawn(source, bad='"><script>')


def test_a_slideshow_shows_its_slides_in_order_and_names_them() -> None:
    phone = render_to_string(
        "components/phone.html", {"preview": {"kind": "slideshow", "imageUrls": SLIDES}, "hook": "A\\nb"}
    )
    assert phone.index(SLIDES[0]) < phone.index(SLIDES[1])
    assert 'alt="Slide 1 of 2: A b"' in phone


@pytest.mark.parametrize(
    ("preview", "says"),
    [
        ({"kind": "video", "videoUrl": "https://media.example/a.mp4"}, "<video controls"),
        ({"kind": "image", "primaryUrl": SLIDES[0]}, 'alt="The picture"'),
        ({"kind": "hologram", "primaryUrl": SLIDES[0]}, "Open it in a new tab"),
        ({"kind": "hologram", "primaryUrl": "javascript:alert(1)"}, "No preview for “Hologram”"),
        (None, "Still being made"),
    ],
)
def test_every_kind_of_preview_has_its_own_frame(preview: Any, says: str) -> None:
    phone = render_to_string("components/phone.html", {"preview": preview})
    assert says in phone
    assert "javascript:" not in phone


def test_a_field_names_its_mistake_and_its_help() -> None:
    class Refill(forms.Form):
        below = forms.IntegerField(help_text="Credits.")

    html = render_to_string("components/field.html", {"field": Refill({})["below"], "unit": "credits"})
    assert 'aria-invalid="true" aria-describedby="id_below_helptext id_below_error"' in html
    assert '<small class="error" id="id_below_error">This field is required.</small>' in html
    assert '<small id="id_below_helptext">Credits.</small>' in html
    assert 'class="input"' in html
