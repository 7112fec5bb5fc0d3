"""Beginnings that many paths share."""

ORGANIZATION = "organizations/<str:orgId>"
PROJECT = "projects/<str:projectId>"
CONTAINER = "content/<str:containerId>"
INFLUENCER = "influencers/<str:influencerId>"
ADS = f"{PROJECT}/ads/<str:platform>"
CAMPAIGN = f"{ADS}/campaigns/<str:campaignId>"
