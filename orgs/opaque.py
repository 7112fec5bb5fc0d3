"""The path converter `opaque`: any id of the API as one segment of an address. Import this module in a urls.py.

Ids are opaque text, so a slash, a percent sign or a space in one may not change which page the address means.
"""

from urllib.parse import quote, unquote

from django.urls import register_converter


class Opaque:
    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        identifier = unquote(value)
        if "\x00" in identifier:
            raise ValueError("PostgreSQL has no such text, so no row has this id.")
        return identifier

    def to_url(self, value: str) -> str:
        # Quoted here and once more by reverse(): servers undo one layer before the slashes are looked at.
        quoted = quote(str(value), safe="")
        if quoted.isalpha() or not quoted.strip("."):
            # Reads like a word of our own addresses, or is dots, which browsers fold away.
            return f"%{ord(quoted[0]):02X}{quoted[1:]}"
        return quoted


register_converter(Opaque, "opaque")
