"""The sandbox's state. One module per part of the contract."""

from sandbox.models.ads import AdLayer, Campaign, PendingAction
from sandbox.models.content import Container, Job, Project
from sandbox.models.control import Control, RateWindow
from sandbox.models.credits import CreditEvent, Wallet
from sandbox.models.engagement import Engagement
from sandbox.models.faults import Fault
from sandbox.models.metrics import AdsContentOverride, Recommendation
from sandbox.models.organizations import ApiKey, MovedProject, Organization
from sandbox.models.publishing import ParkedSchedule, ScheduledPost
from sandbox.models.records import AuditEvent, StoredAnswer
from sandbox.models.social import LeaseRequest, OauthState, SocialAccount
from sandbox.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AdLayer",
    "AdsContentOverride",
    "ApiKey",
    "AuditEvent",
    "Campaign",
    "Container",
    "Control",
    "CreditEvent",
    "Engagement",
    "Fault",
    "Job",
    "LeaseRequest",
    "MovedProject",
    "OauthState",
    "Organization",
    "ParkedSchedule",
    "PendingAction",
    "Project",
    "RateWindow",
    "Recommendation",
    "ScheduledPost",
    "SocialAccount",
    "StoredAnswer",
    "Wallet",
    "WebhookDelivery",
    "WebhookEndpoint",
]
