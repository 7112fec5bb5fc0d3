"""The house stands on its floors: a package imports what is below it, never what is above, and no desk another."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT = {
    "dashboard": {"orgs", "content", "ads", "layers", "common"},
    "content": {"orgs", "layers", "common"},
    "ads": {"orgs", "layers", "common"},
    "orgs": {"layers", "common"},
    "layers": set(),
    "common": set(),
    "sandbox": set(),
    "stack": set(),
    "bench": {"dashboard", "orgs", "content", "ads", "layers", "common", "sandbox", "stack"},
    "chaos": {"dashboard", "orgs", "content", "ads", "layers", "common", "sandbox", "stack"},
}


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """(line, package) of everything a file imports, inside functions too."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_a_package_imports_only_what_is_below_it(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {name}"
        for file in sorted((ROOT / package).rglob("*.py"))
        for line, name in imports(file)
        if name.split(".")[0] in MAY_IMPORT and name.split(".")[0] not in allowed
    ]
    assert wrong == []


def test_the_client_knows_nothing_of_django() -> None:
    files = sorted((ROOT / "layers" / "client").rglob("*.py"))
    wrong = [f"{file.name}:{line}" for file in files for line, name in imports(file) if name.split(".")[0] == "django"]
    assert files
    assert wrong == []
