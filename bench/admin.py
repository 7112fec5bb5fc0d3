"""The mirror's lists as Django admin shows them without any tuning: the yardstick."""

from django.contrib import admin

from ads.models import PendingAction
from content.models import Container
from orgs.models import AuditEvent, LedgerEvent, Organization


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ["name", "id", "status", "created_at"]
    list_filter = ["status"]
    search_fields = ["name", "id"]


@admin.register(Container)
class ContainerAdmin(admin.ModelAdmin):
    list_display = ["hook", "organization", "status", "approval_status", "waiting_since"]
    list_filter = ["status", "approval_status"]
    list_select_related = ["organization"]


@admin.register(LedgerEvent)
class LedgerEventAdmin(admin.ModelAdmin):
    list_display = ["created_at", "event_type", "credits", "balance_after", "organization"]
    list_filter = ["event_type"]
    list_select_related = ["organization"]


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    list_display = ["occurred_at", "event_type", "organization", "decision"]
    list_filter = ["decision"]
    list_select_related = ["organization"]


@admin.register(PendingAction)
class PendingActionAdmin(admin.ModelAdmin):
    list_display = ["action_type", "entity_name", "organization", "status", "expires_at"]
    list_filter = ["status", "platform"]
    list_select_related = ["organization"]
