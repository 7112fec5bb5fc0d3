"""What ads earned with each creative (contract/content.md, 11)."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sandbox.models import Ad, AdSet, Project, Rotation
from sandbox.rules import paid


def roas(project: Project, platforms: Sequence[str], start: datetime, end: datetime) -> dict[uuid.UUID, float]:
    """Earned per unit spent between two moments, of every creative that an ad of these platforms has in turn. An ad's
    creatives share its money evenly."""
    found = Rotation.objects.filter(ad__layer__project=project, ad__layer__platform__in=platforms)
    rotations = list(found.select_related("ad__campaign"))
    in_turn = Counter(rotation.ad_id for rotation in rotations)
    siblings = _families(Ad.objects.filter(layer__project=project).values_list("ad_set_id", "pk"))
    sets = _families(AdSet.objects.filter(layer__project=project).values_list("campaign_id", "pk"))
    parts: dict[uuid.UUID, list[paid.Part]] = defaultdict(list)
    for rotation in rotations:
        ad = rotation.ad
        weight = paid.weight_of(ad.ad_set_id, sets[ad.campaign_id]) * paid.weight_of(ad.pk, siblings[ad.ad_set_id])
        parts[rotation.creative_id].append(paid.Part(ad.campaign, weight / in_turn[ad.pk]))
    earned = {}
    for creative_id, of_creative in parts.items():
        value = paid.figures(paid.sums(of_creative, start, end))["roas"]
        if value is not None:
            earned[creative_id] = value
    return earned


def _families(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Children by parent."""
    families: dict[str, list[str]] = defaultdict(list)
    for parent, child in pairs:
        families[parent].append(child)
    return families
