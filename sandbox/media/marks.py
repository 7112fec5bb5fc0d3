"""A brand's sign on its closing slide: one plain shape, chosen by the brand's seed."""

from sandbox.media.geometry import Shape, arc, box, ellipse, leaf, line, polygon, ring, union

CX, CY = 540, 850


def mark(seed: int) -> Shape:
    """About 110 units wide, centred on the tile at (540, 850)."""
    marks = (
        box(CX - 58, CY - 12, CX + 58, CY + 12, 12),
        ring(CX, CY, 56, 30),
        ellipse(CX, CY, 56).minus(ellipse(CX + 30, CY - 18, 50)),
        union(leaf(CX, CY + 56, 118, 58, turn, 1.0) for turn in (-130, -90, -50)),
        line([(CX - 54, CY + 30), (CX - 18, CY - 34), (CX + 18, CY + 30), (CX + 54, CY - 34)], 24),
        arc(CX, CY + 34, 50, 180, 360, 24) + ellipse(CX, CY + 30, 17),
        union(ellipse(CX + dx, CY + dy, 24) for dx, dy in ((-32, -32), (32, -32), (-32, 32), (32, 32))),
        polygon([(CX, CY - 60), (CX + 60, CY), (CX, CY + 60), (CX - 60, CY)]).minus(ellipse(CX, CY, 20)),
        union(
            box(CX - 54, CY + dy - 10, CX - 54 + width, CY + dy + 10, 10)
            for dy, width in ((-34, 108), (0, 74), (34, 92))
        ),
        union(arc(CX, CY + 44, radius, 205, 335, 18) for radius in (44, 78, 112)).moved(0, 26),
        arc(CX, CY, 54, 180, 360).moved(0, -6) + arc(CX, CY, 54, 0, 180).moved(0, 6),
        union(line([(CX, CY - 52), (CX, CY + 52)], 22).turned(turn, CX, CY) for turn in (0, 60, 120)),
    )
    return marks[seed % len(marks)]
