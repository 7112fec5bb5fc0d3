"""What others do at Layers meanwhile, so that faults of webhooks, jobs and platforms find something to hit.

`python -m chaos.outside`: hears webhooks, and while such a fault is on it pings, has a customer generate, or approves
an ad action in the customer's own dashboard. SANDBOX_DATABASE_URL and the desk's environment; ends with SIGTERM.
"""

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import httpx
import psycopg

EVERY = 0.7  # seconds
PASSES = 240  # seconds that pass at Layers after each deed: a job ends, an approved action is dispatched


class Hears(BaseHTTPRequestHandler):
    """Takes every webhook."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: nobody reads it."""


class Outside:
    """Others than the desk, at Layers."""

    def __init__(self, api_url: str, key: str, database_url: str, hearing: int) -> None:
        self._control = httpx.Client(base_url=f"{api_url}/_sandbox", timeout=60)
        headers = {"Authorization": f"Bearer {key}"}
        self._layers = httpx.Client(base_url=f"{api_url}/v1", headers=headers, timeout=30)
        self._rows = psycopg.connect(database_url, autocommit=True)
        self._hearing = f"http://127.0.0.1:{hearing}/"
        self._endpoint = ""

    def look(self) -> None:
        """Does what the faults that are on now need."""
        kinds = {row["kind"] for row in self._control.get("/faults").json()["items"] if not row["hits"]}
        if any(kind.startswith("webhook_") for kind in kinds):
            self._ping()
        if "job_fails" in kinds:
            self._do("generate", "projectId", "prj_", "select p.id from sandbox_project p join sandbox_wallet w"
                     " on w.organization_id = p.organization_id where w.prepaid_balance > 500")  # fmt: skip
        if kinds & {"dispatch_fails", "platform_rejects"}:
            self._do("approve-action", "pendingId", "pa_", "select id from sandbox_pendingaction"
                     " where status = 'pending'")  # fmt: skip

    def _ping(self) -> None:
        if not self._endpoint:
            wish = {"url": self._hearing, "events": ["job.completed"]}
            answer = self._layers.post("/webhook-endpoints", json=wish, headers={"Idempotency-Key": str(uuid4())})
            self._endpoint = answer.raise_for_status().json()["endpoint"]["id"]
        self._layers.post(f"/webhook-endpoints/{self._endpoint}/test", json={}).raise_for_status()

    def _do(self, deed: str, field: str, prefix: str, ids: str) -> None:
        """The deed on one of the rows, whichever comes."""
        row = self._rows.execute(f"{ids} order by random() limit 1".encode()).fetchone()
        if row:
            self._control.post(f"/customer/{deed}", json={field: f"{prefix}{row[0]}"}).raise_for_status()
            self._control.post("/clock", json={"action": "advance", "seconds": PASSES}).raise_for_status()


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hears)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    api_url, key = os.environ["LAYERS_API_URL"], os.environ["LAYERS_API_KEY"]
    outside = Outside(api_url, key, os.environ["SANDBOX_DATABASE_URL"], server.server_port)
    while True:
        try:
            outside.look()
        except (httpx.HTTPError, ValueError, KeyError) as fault:
            print(f"{type(fault).__name__}: {fault}", flush=True)  # faults hit the others too
        time.sleep(EVERY)


if __name__ == "__main__":
    main()
