"""What is embedded and what is not, by what the settings name; and what a warm start may skip."""

from pathlib import Path

from stack.datadir import DataDir
from stack.environment import Settings
from stack.plan import Plan
from stack.prepared import Prepared
from stack.product import Product

REAL_API = {"LAYERS_API_URL": "https://api.example.com", "LAYERS_API_KEY": "lp_live_abc"}
OWN_SERVERS = {"DATABASE_URL": "postgresql://db/desk", "REDIS_URL": "redis://cache"}


def plan_for(data: Path, **environ: str) -> Plan:
    """The plan for these settings."""
    return Plan(Settings.read(environ | {"DATA_DIR": str(data)}), DataDir(data), environ)


def steps(product: Product) -> set[str]:
    """Every word of every step of the preparation."""
    return {word for chain in product.preparation() for piece in chain for word in piece.command}


def test_with_nothing_set_everything_is_embedded(tmp_path: Path) -> None:
    plan = plan_for(tmp_path)
    product = plan.product
    assert plan.databases == ["dashboard", "sandbox"]
    assert product.database_url.endswith("/dashboard")
    assert product.sandbox is not None
    assert product.sandbox.database_url.endswith("/sandbox")
    assert product.env["LAYERS_API_URL"] == product.env["LAYERS_MEDIA_ORIGINS"] == "http://127.0.0.1:8001"
    assert product.env["LAYERS_API_KEY"].startswith("lp_")
    assert product.env["DEBUG"] == "0"
    assert {"demo_staff", "seed"} < steps(product)


def test_a_real_api_means_no_sandbox_and_no_demo_staff(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, **REAL_API)
    assert plan.databases == ["dashboard"]
    assert plan.sandbox is None
    assert plan.product.env["LAYERS_API_KEY"] == "lp_live_abc"
    assert not {"demo_staff", "seed"} & steps(plan.product)


def test_named_servers_are_used_and_none_is_embedded(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, **REAL_API, **OWN_SERVERS)
    assert plan.servers.postgres is None
    assert plan.servers.valkey is None
    assert plan.product.database_url == "postgresql://db/desk"
    assert plan.product.redis_url == "redis://cache"


def test_the_sandbox_keeps_a_database_of_its_own_beside_a_named_one(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, **OWN_SERVERS)
    assert plan.databases == ["sandbox"]
    assert plan.sandbox is not None
    assert plan.product.database_url == "postgresql://db/desk"
    assert plan.sandbox.database_url != plan.product.database_url


def test_a_named_secret_key_is_used(tmp_path: Path) -> None:
    assert plan_for(tmp_path, SECRET_KEY="mine").product.env["SECRET_KEY"] == "mine"
    assert not (tmp_path / "secret-key").exists()


def test_no_secret_shows_when_a_product_is_printed(tmp_path: Path) -> None:
    product = plan_for(tmp_path, SECRET_KEY="hush", **REAL_API).product
    assert "hush" not in repr(product)
    assert "lp_live_abc" not in repr([product, product.web()])


def test_a_preparation_holds_until_something_it_depends_on_changes(tmp_path: Path) -> None:
    file = tmp_path / "prepared"
    assert not Prepared(file, "postgresql://a").holds()
    Prepared(file, "postgresql://a").note()
    assert Prepared(file, "postgresql://a").holds()
    assert not Prepared(file, "postgresql://b").holds()
    Prepared(file).forget()
    assert not Prepared(file, "postgresql://a").holds()


def test_a_changed_file_of_the_code_means_preparing_again(tmp_path: Path) -> None:
    code = tmp_path / "code"
    (code / "orgs").mkdir(parents=True)
    file = tmp_path / "prepared"
    Prepared(file, root=code).note()
    assert Prepared(file, root=code).holds()
    (code / "orgs" / "models.py").touch()
    assert not Prepared(file, root=code).holds()
