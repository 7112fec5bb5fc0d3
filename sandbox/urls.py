"""Every path of the sandbox. `/v1` is the Partner API; nothing else may live there."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from sandbox.api.envelope import error_response, json_response
from sandbox.api.errors import ApiError, invalid, not_found
from sandbox.routes import v1


def health(request: HttpRequest) -> HttpResponse:
    return json_response({"ok": True})


def about(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "A stand-in for the Layers Partner API with an invented world in it. Start at /v1/whoami with a bearer key.\n"
        "See and steer it at /_sandbox/.\n",
        content_type="text/plain; charset=utf-8",
    )


def _id_of(request: HttpRequest) -> str:
    # Absent only when the middleware itself failed.
    return getattr(request, "request_id", "req_unknown")


def unknown_path(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(not_found("path"), _id_of(request))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Django says 400 to what it will not read, such as a body above its size; here that is a body problem like others.
    return error_response(invalid("", "This request cannot be read."), _id_of(request))


def broken(request: HttpRequest) -> HttpResponse:
    return error_response(ApiError(500, "INTERNAL", "The sandbox failed on this call."), _id_of(request))


handler400 = bad_request
handler404 = unknown_path
handler500 = broken

urlpatterns = [
    path("", about),
    path("healthz", health),
    path("media/", include("sandbox.media.urls")),
    path("v1/", include(v1)),
    path("_sandbox/", include("sandbox.control.urls")),
]
