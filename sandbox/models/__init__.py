"""The sandbox's state. One module per part of the contract."""

from sandbox.models.ads import AdLayer, Campaign, PendingAction
from sandbox.models.content import Container, Job, Project
from sandbox.models.control import Control, RateWindow
from sandbox.models.credits import CreditEvent, Wallet
from sandbox.models.faults import Fault
from sandbox.models.organizations import ApiKey, Organization
from sandbox.models.records import AuditEvent, StoredAnswer
from sandbox.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AdLayer",
    "ApiKey",
    "AuditEvent",
    "Campaign",
    "Container",
    "Control",
    "CreditEvent",
    "Fault",
    "Job",
    "Organization",
    "PendingAction",
    "Project",
    "RateWindow",
    "StoredAnswer",
    "Wallet",
    "WebhookDelivery",
    "WebhookEndpoint",
]
