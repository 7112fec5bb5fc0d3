"""How static files get their hashed names."""

from pathlib import Path

from dashboard.bundle import BundledStaticFilesStorage


def test_a_module_imports_another_by_its_hashed_name_however_deep(tmp_path: Path) -> None:
    scripts = {
        "js/page.js": 'import { follow } from "./rows.js";\n',
        "js/rows.js": 'import { resting } from "./resting.js";\nexport const follow = 1;\n',
        "js/resting.js": "export const resting = 1;\n",
    }
    for name, text in scripts.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    storage = BundledStaticFilesStorage(location=tmp_path, base_url="/static/")
    list(storage.post_process({name: (storage, name) for name in scripts}))
    for name, imported in (("js/page.js", "js/rows.js"), ("js/rows.js", "js/resting.js")):
        hashed = storage.hashed_files[imported]
        assert hashed != imported
        assert f'from "./{Path(hashed).name}";' in (tmp_path / storage.hashed_files[name]).read_text()
