"""The GitHub App of an organization: the way to it, its installation, what that sees (contract/content.md, 11)."""

from django.db import models

from sandbox import clock
from sandbox.models.organizations import Organization


class GithubState(models.Model):
    """An install link that was handed out. Its `state` comes back with the installation."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="github_states")
    state = models.CharField(max_length=255)
    return_url = models.TextField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organization", "state"], name="sandbox_github_state_once"),)

    def __str__(self) -> str:
        return self.state


class GithubInstallation(models.Model):
    """The one installation an organization has bound; binding another takes its place."""

    class AccountType(models.TextChoices):
        ORGANIZATION = "Organization"
        USER = "User"

    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, primary_key=True, related_name="github_installation"
    )
    installation_id = models.BigIntegerField()
    account_login = models.CharField(max_length=39)
    account_type = models.CharField(max_length=16, choices=AccountType.choices)
    registered_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.account_login} ({self.installation_id})"


class GithubRepo(models.Model):
    """A repository that an installation sees."""

    installation = models.ForeignKey(GithubInstallation, on_delete=models.CASCADE, related_name="repos")
    repo_id = models.BigIntegerField()
    name = models.CharField(max_length=100)
    private = models.BooleanField(default=True)
    default_branch = models.CharField(max_length=100, default="main")
    language = models.CharField(max_length=40, null=True)
    #: On GitHub; the newest come first.
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["installation", "repo_id"], name="sandbox_github_repo_once"),)
        indexes = (models.Index(fields=["installation", "-created_at", "-id"], name="sandbox_github_repo_page"),)

    def __str__(self) -> str:
        return self.name
