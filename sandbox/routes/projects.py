"""Projects and what belongs to them (contract/content.md, 2 and 11)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import projects
from sandbox.routes.parts import PROJECT

paths = [
    path("projects", endpoint(GET=projects.list_projects)),
    path(PROJECT, endpoint(GET=projects.get_project)),
]
