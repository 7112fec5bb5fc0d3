"""Static files with hashed names, and one stylesheet instead of a chain of imports."""

import re
from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'@import url\("(?P<file>[\w-]+\.css)"\) layer\((?P<layer>\w+)\);')
MODULE = (r"""(?P<matched>from "(?P<url>\./[\w-]+\.js)";)""", 'from "%(url)s";')


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Writes css/app.css with its imports put in place, each inside its layer, before names are hashed. Our modules
    import each other by their hashed names.

    In development the browser follows the imports, so the same files work as they are.
    """

    # Django's own switch for this trips over comments in the scripts of libraries, so it is ours alone.
    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (MODULE,)))

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if "css/app.css" in paths and not dry_run:
            storage, path = paths["css/app.css"]
            with storage.open(path) as file:
                entry = file.read().decode()

            def inline(match: re.Match[str]) -> str:
                part_storage, part_path = paths[f"css/{match['file']}"]
                with part_storage.open(part_path) as part:
                    return f"@layer {match['layer']} {{\n{part.read().decode()}}}\n"

            with self.open("css/app.css", "wb") as target:
                target.write(IMPORT.sub(inline, entry).encode())
            paths["css/app.css"] = (self, "css/app.css")
        yield from super().post_process(paths, dry_run, **options)
