"""How to put the SDK into an app: the same text for the same app, always (contract/content.md, 11)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox import ids
from sandbox.models import SdkApp
from sandbox.rules.sdk_apps import INGEST_ENDPOINT

Platform = SdkApp.Platform

VERSION: Final = "2.4.0"
#: The key is shown once, when it is made; nobody can print it here.
KEY_PLACEHOLDER: Final = "<the apiKey shown when the app was created>"


@dataclass(frozen=True)
class Recipe:
    """`prefix` goes before the names of environment variables, as the framework's bundler wants it."""

    dependency: dict[str, str]
    snippet: Callable[[str], str]
    prefix: str = ""
    #: Path -> text, for frameworks where one snippet is not enough.
    files: dict[str, str] = field(default_factory=dict)


def spec(app: SdkApp, platform: str) -> dict[str, Any]:
    """One entry of the answer."""
    recipe = RECIPES[platform]
    app_id = ids.show("sdk_app", app.pk)
    entry: dict[str, Any] = {
        "platform": platform,
        "dependency": {**recipe.dependency, "version": VERSION},
        "envVars": [
            {"name": f"{recipe.prefix}LAYERS_APP_ID", "value": app_id},
            {"name": f"{recipe.prefix}LAYERS_API_KEY", "value": KEY_PLACEHOLDER},
            {"name": f"{recipe.prefix}LAYERS_INGEST_URL", "value": INGEST_ENDPOINT},
        ],
        "initSnippet": recipe.snippet(app_id),
    }
    if recipe.files:
        entry["filesToCreate"] = [{"path": path, "contents": text} for path, text in recipe.files.items()]
    return entry


def _swift(app_id: str) -> str:
    return f'import Layers\n\nLayers.start(appId: "{app_id}", apiKey: Secrets.layersApiKey)\n'


def _kotlin(app_id: str) -> str:
    return f'import com.layers.sdk.Layers\n\nLayers.start(this, "{app_id}", BuildConfig.LAYERS_API_KEY)\n'


def _dart(app_id: str) -> str:
    return (
        "import 'package:layers/layers.dart';\n\n"
        f"await Layers.start(appId: '{app_id}', apiKey: const String.fromEnvironment('LAYERS_API_KEY'));\n"
    )


def _script(package: str, key: str) -> Callable[[str], str]:
    """JavaScript of one package; `key` is the expression that reads the key."""
    return lambda app_id: f'import {{ start }} from "{package}";\n\nstart({{ appId: "{app_id}", apiKey: {key} }});\n'


def _always(text: str) -> Callable[[str], str]:
    return lambda _app_id: text


def _npm(package: str) -> dict[str, str]:
    return {"manager": "npm", "name": package}


_NEXT_PROVIDER = """"use client";

import { useEffect } from "react";
import { start } from "@layers/nextjs";

export function LayersProvider({ children }: { children: React.ReactNode }) {
  useEffect(() => {
    start({ appId: process.env.NEXT_PUBLIC_LAYERS_APP_ID!, apiKey: process.env.NEXT_PUBLIC_LAYERS_API_KEY! });
  }, []);
  return <>{children}</>;
}
"""
_VITE_MODULE = """import { start } from "@layers/web";

start({ appId: import.meta.env.VITE_LAYERS_APP_ID, apiKey: import.meta.env.VITE_LAYERS_API_KEY });
"""
_ROUTER_CLIENT = """import { useEffect } from "react";
import { start } from "@layers/web";

export function useLayers() {
  useEffect(() => {
    start({ appId: import.meta.env.VITE_LAYERS_APP_ID, apiKey: import.meta.env.VITE_LAYERS_API_KEY });
  }, []);
}
"""

RECIPES: Final[dict[str, Recipe]] = {
    Platform.IOS: Recipe({"manager": "spm", "name": "https://github.com/layers/layers-ios"}, _swift),
    Platform.ANDROID: Recipe({"manager": "gradle", "name": "com.layers:sdk"}, _kotlin),
    Platform.WEB: Recipe(_npm("@layers/web"), _script("@layers/web", "process.env.LAYERS_API_KEY")),
    Platform.REACT_NATIVE: Recipe(
        _npm("@layers/react-native"), _script("@layers/react-native", "Config.LAYERS_API_KEY")
    ),
    Platform.FLUTTER: Recipe({"manager": "pub", "name": "layers"}, _dart),
    Platform.EXPO: Recipe(
        _npm("@layers/expo"),
        _script("@layers/expo", "process.env.EXPO_PUBLIC_LAYERS_API_KEY"),
        prefix="EXPO_PUBLIC_",
    ),
    Platform.NEXTJS: Recipe(
        _npm("@layers/nextjs"),
        _always('import { LayersProvider } from "./layers-provider";\n\n// in app/layout.tsx, around {children}\n'),
        prefix="NEXT_PUBLIC_",
        files={"app/layers-provider.tsx": _NEXT_PROVIDER},
    ),
    Platform.VITE: Recipe(
        _npm("@layers/web"),
        _always('import "./layers";\n\n// first line of src/main\n'),
        prefix="VITE_",
        files={"src/layers.ts": _VITE_MODULE},
    ),
    Platform.REACT_ROUTER: Recipe(
        _npm("@layers/web"),
        _always('import { useLayers } from "./layers.client";\n\n// call useLayers() in the root route\n'),
        prefix="VITE_",
        files={"app/layers.client.ts": _ROUTER_CLIENT},
    ),
}
