"""The paths of the Partner API below /v1, one module per part of the contract."""

from itertools import chain

from sandbox.routes import ads, content, metrics, organizations, projects, publishing, sdk, social, webhooks

v1 = list(
    chain(
        organizations.paths,
        projects.paths,
        content.paths,
        publishing.paths,
        social.paths,
        metrics.paths,
        ads.paths,
        webhooks.paths,
        sdk.paths,
    )
)
