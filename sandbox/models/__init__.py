"""The sandbox's state. One module per part of the contract."""

from sandbox.models.ads import Ad, AdAccount, AdConsent, AdLayer, AdSet, Campaign, Keyword, Rotation
from sandbox.models.brand import AppMedia, Ingest, KeywordBank
from sandbox.models.content import Container, Job, Project
from sandbox.models.control import Control, RateWindow, Seeding
from sandbox.models.credits import CreditEvent, Wallet
from sandbox.models.engagement import Engagement
from sandbox.models.faults import Fault
from sandbox.models.github import GithubInstallation, GithubRepo, GithubState
from sandbox.models.influencers import Influencer
from sandbox.models.journal import Journal
from sandbox.models.metrics import AdsContentOverride, Recommendation
from sandbox.models.optimizer import AdReview, CreativeFlag, OptimizerRun, PendingAction
from sandbox.models.organizations import ApiKey, MovedProject, Organization
from sandbox.models.publishing import ParkedSchedule, ScheduledPost
from sandbox.models.records import AuditEvent, StoredAnswer
from sandbox.models.sdk import AppleAttribution, SdkApp, SdkEvent
from sandbox.models.social import LeaseRequest, OauthState, SocialAccount
from sandbox.models.uploads import AnnouncedFile
from sandbox.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "Ad",
    "AdAccount",
    "AdConsent",
    "AdLayer",
    "AdReview",
    "AdSet",
    "AdsContentOverride",
    "AnnouncedFile",
    "ApiKey",
    "AppMedia",
    "AppleAttribution",
    "AuditEvent",
    "Campaign",
    "Container",
    "Control",
    "CreativeFlag",
    "CreditEvent",
    "Engagement",
    "Fault",
    "GithubInstallation",
    "GithubRepo",
    "GithubState",
    "Influencer",
    "Ingest",
    "Job",
    "Journal",
    "Keyword",
    "KeywordBank",
    "LeaseRequest",
    "MovedProject",
    "OauthState",
    "OptimizerRun",
    "Organization",
    "ParkedSchedule",
    "PendingAction",
    "Project",
    "RateWindow",
    "Recommendation",
    "Rotation",
    "ScheduledPost",
    "SdkApp",
    "SdkEvent",
    "Seeding",
    "SocialAccount",
    "StoredAnswer",
    "Wallet",
    "WebhookDelivery",
    "WebhookEndpoint",
]
