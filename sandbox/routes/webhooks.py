"""Webhook endpoints and deliveries (contract/control-plane.md, 6)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import webhook_deliveries, webhook_endpoints

ENDPOINT = "webhook-endpoints/<str:endpointId>"

paths = [
    path(
        "webhook-endpoints",
        endpoint(GET=webhook_endpoints.list_endpoints, POST=webhook_endpoints.create_endpoint),
    ),
    path(
        ENDPOINT,
        endpoint(
            GET=webhook_endpoints.get_endpoint,
            PATCH=webhook_endpoints.patch_endpoint,
            DELETE=webhook_endpoints.delete_endpoint,
        ),
    ),
    path(f"{ENDPOINT}/rotate-secret", endpoint(POST=webhook_endpoints.rotate_secret)),
    path(f"{ENDPOINT}/test", endpoint(POST=webhook_endpoints.test_endpoint)),
    path(f"{ENDPOINT}/deliveries", endpoint(GET=webhook_deliveries.list_deliveries)),
    path("webhook-deliveries/<str:deliveryId>/replay", endpoint(POST=webhook_deliveries.replay_delivery)),
]
