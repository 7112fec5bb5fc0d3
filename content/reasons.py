"""Why a piece of content is rejected. The only list of reasons: the desk, the bulk bar and the form read it."""

from dataclasses import dataclass

LONGEST = 1024  # characters; what the API takes as a reason or a note (contract/content.md, 7)
OTHER = "other"


@dataclass(frozen=True)
class Reason:
    """`code` travels in the form, `label` stands on the button, `sentence` is what Layers and the customer get."""

    code: str
    label: str
    sentence: str


REASONS = [
    Reason("off_voice", "Off voice", "Off voice: it does not sound like the brand."),
    Reason("unproven_claim", "Unproven claim", "Unproven claim: it promises something without a source."),
    Reason("text_cut_off", "Text cut off", "Text cut off: words are cropped, covered or too small to read."),
    Reason("wrong_product", "Wrong product", "Wrong product: it shows or describes something else."),
    Reason("looks_fake", "Looks fake", "Looks fake: the pictures or the voice do not seem real."),
]
SENTENCES = {reason.code: reason.sentence for reason in REASONS}
LABELS = {reason.sentence: reason.label for reason in REASONS}


def label_of(sentence: str) -> str:
    """The short name of a reason that was sent; a reason in somebody's own words is its own name."""
    return LABELS.get(sentence, sentence)
