"""The sandbox's state. One module per part of the contract."""

from sandbox.models.ads import AdLayer, Campaign, PendingAction
from sandbox.models.content import Container, Job, Project
from sandbox.models.credits import CreditEvent, Wallet
from sandbox.models.organizations import ApiKey, Organization
from sandbox.models.records import AuditEvent, StoredAnswer

__all__ = [
    "AdLayer",
    "ApiKey",
    "AuditEvent",
    "Campaign",
    "Container",
    "CreditEvent",
    "Job",
    "Organization",
    "PendingAction",
    "Project",
    "StoredAnswer",
    "Wallet",
]
