"""`make run`, `make sandbox` and `make admin`: the product on this machine, with whatever is not served elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.children import Children
from stack.datadir import DataDir
from stack.environment import Settings
from stack.errors import Interrupted, StackError
from stack.keeper import Keeper
from stack.output import Output
from stack.plan import SANDBOX, Plan
from stack.prepared import Prepared
from stack.product import Product
from stack.servers import Servers


def run(settings: Settings) -> int:
    """Start everything, print where it is, and stay until Ctrl-C or until a piece cannot be kept alive."""
    data, output = DataDir(settings.data_dir), Output()
    plan = Plan(settings, data)
    with _children(data, output, f"http://localhost:{settings.port}") as children:
        settings.check_ports()
        new = plan.servers.start(children, plan.databases)
        product = plan.product
        prepared = Prepared(data.path / "prepared", product.database_url, product.api_url)
        # a database of others may have been changed by others
        warm = prepared.holds() and not new and not settings.database_url
        if not warm:
            prepared.forget()
            children.run(*product.preparation())
        else:
            # the steps above would have met a setting that makes no sense; nobody else says it in one sentence
            children.run([product.manage("check", quiet=True)])
        product.serve(children)
        if not warm and first_sync(children, product, output):
            prepared.note()
        children.start(product.beat())
        output.say(f"\nPartner desk is at {product.url}\n{logins(children, product, warm)}")
        output.release()
        children.watch()
    return 0


def first_sync(children: Children, product: Product, output: Output) -> bool:
    """Fill the mirror, its progress bar alone on the terminal; whether it went well. The pages open without it too."""
    output.hold()
    if children.call(product.manage("first_sync", terminal=output.terminal)) == 0:
        return True
    output.say("The first sync did not finish; the workers go on with it.")
    return False


def logins(children: Children, product: Product, warm: bool) -> str:
    """What to type into the login form, for people. A warm start knows it from the last one."""
    if not product.sandbox:
        return "The first administrator is made by `make admin`.\n"
    file = product.data / "logins"
    if not (warm and file.exists()):
        listing = product.manage("demo_staff", "--list", quiet=True)
        file.write_text("\n".join(children.run([listing])[0].last_lines) + "\n")
    return file.read_text()


def sandbox(settings: Settings) -> int:
    """Start the stand-in API alone, print its address, its page and its key, and stay."""
    if settings.api_url:
        raise StackError("LAYERS_API_URL names another API: leave it out to start the sandbox.", code=2)
    data, output = DataDir(settings.data_dir), Output()
    plan = Plan(settings, data)
    with _children(data, output, f"http://localhost:{settings.sandbox_port}") as children:
        settings.check_ports(web=False)
        Servers.of(data, valkey=False).start(children, [SANDBOX])
        if api := plan.sandbox:
            children.run(api.preparation())
            children.wait_ready(*children.start(api.piece()))
            output.say(f"\n{api.card()}\n")
        children.watch()
    return 0


def manage(settings: Settings, *words: str) -> int:
    """Run one management command of the dashboard, beside the running stack or on servers of its own; its exit code."""
    data, output = DataDir(settings.data_dir), Output()
    plan = Plan(settings, data)
    if data.locked():
        with Children() as children:
            children.listen()
            return children.call(plan.product.manage(*words, terminal=True))
    # the servers' words go to files: the terminal is the command's
    with _children(data, output, f"manage.py {words[0]}", log_dir=data.folder("log")) as children:
        plan.servers.start(children, plan.databases)
        children.run([plan.product.manage("migrate", "-v0")])
        return children.call(plan.product.manage(*words, terminal=True))
    return 0


@contextmanager
def _children(data: DataDir, output: Output, what: str, log_dir: Path | None = None) -> Iterator[Children]:
    keeper = Keeper(output)
    with (
        data.lock(what),
        Children(output=output, log_dir=log_dir, leftovers=data.leftovers, on_death=keeper) as children,
    ):
        children.listen()
        try:
            yield children
        except Interrupted as stop:
            output.release()
            output.say(f"\n{stop}: stopping.")
        except StackError:
            output.release()
            raise
