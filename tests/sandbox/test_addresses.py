"""The guard of downloads: what a partner's URL may lead to (contract/content.md, 2 App media)."""

import io

import pytest

from sandbox.fetch.addresses import NotPublic, is_public, public_addresses
from sandbox.fetch.download import Unfetchable, fetch
from sandbox.fetch.sniffing import media_type

NOT_PUBLIC = (
    "127.0.0.1",
    "127.8.9.10",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - to be refused
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "240.0.0.1",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2001:0:a00:1::f5ff:fffe",
)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_a_public_address_passes(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "0"])
def test_other_spellings_of_loopback_are_seen_through(host: str) -> None:
    with pytest.raises(NotPublic):
        public_addresses(host, 443)


def test_one_private_address_among_public_ones_is_enough() -> None:
    def resolver(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "10.0.0.1"]

    with pytest.raises(NotPublic, match="not on the public internet"):
        public_addresses("two-faces.example", 443, resolver)


def test_a_name_nobody_knows_says_so() -> None:
    with pytest.raises(NotPublic, match="cannot be resolved"):
        public_addresses("nowhere.invalid", 443)


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/logo.png",
        "ftp://cdn.example/logo.png",
        "file:///etc/passwd",
        "https://user:secret@cdn.example/logo.png",
        "https://cdn.example:99999/logo.png",
        "https:///logo.png",
        "https://cdn.example/lo go.png",
        "https://cdn.example/\r\nHost: other",
        "logo.png",
        "",
    ],
)
def test_the_form_of_a_url_is_judged_before_anybody_is_asked(url: str) -> None:
    with pytest.raises(Unfetchable):
        fetch(url, io.BytesIO(), types={"image/png"}, max_bytes=100, local=())


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x18ftypisom", "video/mp4"),
        (b"\x00\x00\x00\x18ftypqt  ", "video/quicktime"),
        (b"\x00\x00\x00\x18ftypM4A ", None),
        (b"\x1a\x45\xdf\xa3\x01\x00B\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\x01\x00B\x82\x88matroska", None),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- ours -->\n<svg xmlns="x">', "image/svg+xml"),
        (b"<html><svg></svg></html>", None),
        (b"<!---->" * 500 + b"<html>", None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head: bytes, wanted: str | None) -> None:
    assert media_type(head) == wanted
