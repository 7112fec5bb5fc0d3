"""The Partner API, one method an operation. Paths, parameters and limits are those of contract/partner-api.yaml."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

from layers.client import read
from layers.client.errors import Unreadable
from layers.client.shapes import Page, Raw
from layers.client.transport import Answer, Query, Transport


def _path(*parts: str) -> str:
    """A path from parts that may hold anything: ids are opaque, so each is quoted whole."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


class Layers:
    """Typed calls over one Transport.

    `act_as` is the child organization a call runs in (header X-Layers-Organization); "" is our own organization.
    Reads raise the errors of layers/client/errors.py; writes take the idempotency key of their command.
    """

    def __init__(self, transport: Transport) -> None:
        self._http = transport

    # --- reading

    def whoami(self) -> Raw:
        return self._http.get(_path("whoami")).body

    def organizations(self) -> Iterator[Page]:
        return self._pages(_path("organizations"), {"limit": 200})

    def organization(self, organization_id: str) -> Raw:
        return self._http.get(_path("organizations", organization_id)).body

    def wallet(self, *, child: str = "") -> Raw:
        """Our own wallet, or a child's."""
        return self._http.get(_path("organizations", child, "credits") if child else _path("credits")).body

    def credit_config(self, child: str) -> Raw:
        return self._http.get(_path("organizations", child, "credit-config")).body

    def ledger(self, *, child: str = "", since: datetime | None = None) -> Iterator[Page]:
        """Newest first. `since` is inclusive."""
        path = _path("organizations", child, "credits", "events") if child else _path("credits", "events")
        return self._pages(path, {"limit": 100, "since": read.wire_time(since) if since else None})

    def projects(self, *, act_as: str = "") -> Iterator[Page]:
        return self._pages(_path("projects"), {"limit": 200}, act_as)

    def project(self, project_id: str, *, act_as: str = "") -> Raw:
        return self._http.get(_path("projects", project_id), act_as=act_as).body

    def containers(self, project_id: str, *, act_as: str = "", since: datetime | None = None) -> Iterator[Page]:
        """Newest first by creation, which is not the order of completion. `since` is inclusive."""
        query: Query = {"limit": 200, "since": read.wire_time(since) if since else None}
        return self._pages(_path("projects", project_id, "content"), query, act_as)

    def container(self, container_id: str, *, act_as: str = "") -> Raw:
        return self._http.get(_path("content", container_id), act_as=act_as).body

    def review_policy(self, project_id: str, *, act_as: str = "") -> Raw:
        return self._http.get(_path("projects", project_id, "content-review-policy"), act_as=act_as).body

    def campaigns(self, project_id: str, *, act_as: str = "") -> Iterator[Page]:
        return self._pages(_path("projects", project_id, "ads", "campaigns"), {"limit": 100}, act_as)

    def campaign_authority(self, project_id: str, platform: str, campaign_id: str, *, act_as: str = "") -> Raw:
        path = _path("projects", project_id, "ads", platform, "campaigns", campaign_id, "authority")
        return self._http.get(path, act_as=act_as).body

    def layer_defaults(self, project_id: str, platform: str, *, act_as: str = "") -> Raw:
        return self._http.get(_path("projects", project_id, "ads", platform, "defaults"), act_as=act_as).body

    def pending_actions(
        self, project_id: str, platform: str, statuses: list[str], *, act_as: str = ""
    ) -> Iterator[Page]:
        path = _path("projects", project_id, "ads", platform, "pending")
        return self._pages(path, {"limit": 200, "status": statuses}, act_as)

    def audit_log(self, *, act_as: str = "", since: datetime | None = None) -> Iterator[Page]:
        """Newest first. `since` is inclusive."""
        return self._pages(
            _path("audit-log"), {"limit": 200, "since": read.wire_time(since) if since else None}, act_as
        )

    def child_keys(self, child: str) -> Iterator[Page]:
        """The masked API keys of a child, newest first."""
        return self._pages(_path("organizations", child, "api-keys"), {"limit": 100})

    # --- customers

    def create_organization(self, body: Raw, key: str) -> Answer:
        """`name`, and optionally `metadata` and `billingEmail`. Without a key a repeat would make a second one."""
        return self._http.send("POST", _path("organizations"), body, idempotency_key=key)

    def patch_organization(self, child: str, body: Raw, key: str) -> Answer:
        """Only what is in `body` changes. Metadata is merged: "" unsets a key, null clears all."""
        return self._http.send("PATCH", _path("organizations", child), body, idempotency_key=key)

    def suspend_organization(self, child: str, key: str) -> Answer:
        return self._http.send("POST", _path("organizations", child, "suspend"), idempotency_key=key)

    def resume_organization(self, child: str, key: str) -> Answer:
        return self._http.send("POST", _path("organizations", child, "resume"), idempotency_key=key)

    def archive_organization(self, child: str, key: str) -> Answer:
        """For good: revokes its keys and takes its free credits back. Answers with both numbers."""
        return self._http.send("DELETE", _path("organizations", child), idempotency_key=key)

    def migrate_projects(self, mapping: dict[str, str], key: str) -> Answer:
        """Moves our own projects into new children: project id to the name of the child it goes to."""
        return self._http.send("POST", _path("organizations", "migrate"), {"mapping": mapping}, idempotency_key=key)

    def patch_credit_config(self, child: str, body: Raw, key: str) -> Answer:
        """`monthlyCreditCap`, `refillThreshold`, `refillAmount`: a number sets, null clears, left out keeps."""
        return self._http.send("PATCH", _path("organizations", child, "credit-config"), body, idempotency_key=key)

    # --- keys of a child: the answers of the first two hold a secret

    def mint_key(self, child: str, body: Raw, key: str) -> Answer:
        """`name`, `scopes` (a part of ours, never org:admin) and `env`."""
        return self._http.send("POST", _path("organizations", child, "api-keys"), body, idempotency_key=key)

    def rotate_key(self, child: str, key_id: str, key: str) -> Answer:
        """A new key takes its place; the old secret works for 24 hours more."""
        path = _path("organizations", child, "api-keys", key_id, "rotate")
        return self._http.send("POST", path, idempotency_key=key)

    def revoke_key(self, child: str, key_id: str, key: str) -> Answer:
        return self._http.send("DELETE", _path("organizations", child, "api-keys", key_id), idempotency_key=key)

    # --- deciding

    def allocate(self, child: str, credits: int, description: str, metadata: dict[str, str], key: str) -> Answer:
        """Moves prepaid credits from our wallet to a child's. The key is required by the API."""
        body: Raw = {"credits": credits, "metadata": metadata}
        if description:
            body["description"] = description
        path = _path("organizations", child, "credits", "allocate")
        return self._http.send("POST", path, body, idempotency_key=key)

    def approve_container(self, container_id: str, note: str, key: str, *, act_as: str) -> Answer:
        body: Raw = {"note": note} if note else {}
        return self._http.send(
            "POST", _path("content", container_id, "approve"), body, act_as=act_as, idempotency_key=key
        )

    def reject_container(self, container_id: str, reason: str, key: str, *, act_as: str) -> Answer:
        path = _path("content", container_id, "reject")
        return self._http.send("POST", path, {"reason": reason}, act_as=act_as, idempotency_key=key)

    def approve_action(
        self, project_id: str, platform: str, pending_id: str, comment: str, key: str, *, act_as: str
    ) -> Answer:
        body: Raw = {"comment": comment} if comment else {}
        path = _path("projects", project_id, "ads", platform, "pending", pending_id, "approve")
        return self._http.send("POST", path, body, act_as=act_as, idempotency_key=key)

    def reject_action(
        self, project_id: str, platform: str, pending_id: str, reason: str, key: str, *, act_as: str
    ) -> Answer:
        path = _path("projects", project_id, "ads", platform, "pending", pending_id, "reject")
        return self._http.send("POST", path, {"reason": reason}, act_as=act_as, idempotency_key=key)

    # --- lists

    def _pages(self, path: str, query: Query, act_as: str = "") -> Iterator[Page]:
        """Follows cursors to the end. A cursor that comes a second time would run for ever, so it ends the walk."""
        cursor, seen = "", set()
        while True:
            answer = self._http.get(path, {**query, "cursor": cursor or None}, act_as=act_as)
            if not isinstance(answer.body.get("items"), list | None):
                raise Unreadable("Layers sent a page whose items are not a list.", answer.request_id)
            page = Page(read.items(answer.body, "items"), read.text(answer.body, "nextCursor"))
            yield page
            cursor = page.next_cursor
            if not cursor:
                return
            if cursor in seen:
                raise Unreadable("Layers sent the same cursor twice.", answer.request_id)
            seen.add(cursor)
