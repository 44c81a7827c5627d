"""A text in the languages of the study."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """A text in English and, where the study gives it, in Chinese.

    >>> Label("Baseline", "基线").text("zh")
    '基线'
    >>> Label("Baseline").text("zh")
    'Baseline'
    """

    en: str
    zh: str = ""

    def text(self, language: str = "en") -> str:
        """The text in ``language`` (``en`` or ``zh``); English where there is no Chinese."""
        return self.zh if language == "zh" and self.zh else self.en

    def __str__(self) -> str:
        return self.en


_CAPITALS = frozenset({"ae", "alt", "ast", "ck", "crp", "ct", "ctcae", "ecg", "icu", "mri", "pcr", "rna", "sae"})


def name_id(identifier: str) -> str:
    """An id in words, with abbreviations in capitals.

    >>> name_id("pcr_at_screening"), name_id("dose_per_infusion")
    ('PCR at screening', 'Dose per infusion')
    """
    text = " ".join(one.upper() if one in _CAPITALS else one for one in identifier.split("_"))
    return text[:1].upper() + text[1:]
