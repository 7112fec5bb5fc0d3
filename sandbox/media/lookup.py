"""Facts about one container's media, read from the sandbox's database."""

from dataclasses import dataclass
from typing import Literal

from sandbox.media.spec import MediaKind, MediaSpec


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """What is true of a container's media. `spec` turns it into the order for one file."""

    container_id: str
    kind: Literal["slideshow", "video"]
    #: Slides of a slideshow; 1 for a video.
    total: int
    hook: str
    #: One sentence per slide (empty for slide 1); one sentence for a video.
    lines: tuple[str, ...]
    brand_name: str
    tagline: str
    trade: str
    palette_seed: int
    #: 0 for slideshows.
    duration_ms: int

    def spec(self, kind: MediaKind, index: int = 1) -> MediaSpec | None:
        """The order for one file, or None when this container has no such file (slide 9 of 6, a slide of a video)."""
        if (kind == "slide") != (self.kind == "slideshow") or not 1 <= index <= self.total:
            return None
        return MediaSpec(
            container_id=self.container_id,
            kind=kind,
            index=index,
            total=self.total,
            hook=self.hook,
            caption_line=self.lines[index - 1] if index <= len(self.lines) else "",
            brand_name=self.brand_name,
            tagline=self.tagline,
            trade=self.trade,
            palette_seed=self.palette_seed,
            duration_ms=self.duration_ms,
        )


def find(container_uuid: str) -> ContainerFacts | None:
    """The facts of a container whose media are drawn, by bare uuid or by the uuid of a fixture, which several share;
    None when it is unknown or has none yet."""
    from sandbox.models import Container

    drawn = Container.objects.select_related("project").filter(status=Container.Status.COMPLETED, files=[])
    container = drawn.filter(pk=container_uuid).first() or drawn.filter(fixture_id=container_uuid).first()
    if container is None:
        return None
    project = container.project
    return ContainerFacts(
        container_id=container_uuid,
        kind="video" if container.is_video else "slideshow",
        total=container.slide_count,
        hook=(container.hook or "").replace("\\n", "\n"),
        lines=tuple(container.slide_lines),
        brand_name=project.app_name or project.name,
        tagline=project.tagline or "",
        trade=project.trade,
        palette_seed=project.palette_seed,
        duration_ms=container.duration_ms or 0,
    )
