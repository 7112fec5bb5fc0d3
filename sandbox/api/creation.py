"""Bodies that make a row: the service chooses its id (contract/content.md, 1)."""

from sandbox.api.errors import invalid
from sandbox.api.operations import Call
from sandbox.api.query import Body, parse_json
from sandbox.api.query import body as as_shape


def creation_body(call: Call, shape: type[Body]) -> Body:
    """The body as `shape`; 422 when it brings an id of its own, whatever that holds."""
    parsed = parse_json(call.request.body)
    if isinstance(parsed, dict) and "id" in parsed:
        raise invalid("id", "id is chosen by the service.")
    return as_shape(parsed, shape)
