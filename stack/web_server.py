"""How the web pieces are served, and how to ask whether they answer."""

import http.client
import sys

HOST = "127.0.0.1"


def gunicorn(application: str, port: int) -> list[str]:
    """The command that serves a WSGI application on this machine's `port`: 2 processes of 4 threads.

    The code is loaded once, before the processes are forked.
    """
    words = f"--bind {HOST}:{port} --workers 2 --worker-class gthread --threads 4 --preload"
    words += " --graceful-timeout 5 --no-control-socket --log-level warning"
    return [sys.executable, "-m", "gunicorn", application, *words.split()]


def answer(port: int, path: str) -> int | None:
    """The status of `GET path` on this machine's `port`; None when nobody answers within two seconds."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2.0)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
