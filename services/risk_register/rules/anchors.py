"""What each severity means, in this service's own words: the anchors beside which a score is always shown."""

from collections.abc import Mapping

from schemas.vocabulary import HarmCategory

STATEMENT = "RIS-1 is PORIS-structured with this service's own anchors."

# docs/domain/4.3.md: severity 1 to 5 of each category; 0 is the same for all.
ANCHORS: Mapping[HarmCategory, tuple[str, str, str, str, str]] = {
    HarmCategory.FF: (
        "ordinary risk of standard procedures",
        "minor injury credible",
        "reportable injury, or an unusual hazard",
        "life-changing injury; collapse, explosion, cylinders",
        "several firefighter deaths credible",
    ),
    HarmCategory.PUB: (
        "first-aid injury",
        "1 or 2 injuries",
        "3 or more serious injuries, or 1 death",
        "2 to 9 deaths credible",
        "10 or more deaths credible",
    ),
    HarmCategory.ENV: (
        "contained on site",
        "minor and short-lived",
        "watercourse or air, local",
        "major, for months",
        "major accident to the environment, for years",
    ),
    HarmCategory.COM: (
        "a street, under a day",
        "a ward, for days",
        "a key local service lost",
        "town-wide, or a utility",
        "regional, or critical national infrastructure",
    ),
    HarmCategory.HER: (
        "of local interest",
        "locally listed",
        "grade II",
        "grade II*, or a collection",
        "grade I, world heritage or scheduled",
    ),
    HarmCategory.ECO: (
        "under £50,000",
        "under £500,000",
        "under £5 million",
        "under £50 million",
        "£50 million and over, or critical national infrastructure",
    ),
}


def anchor(category: HarmCategory, severity: int) -> str:
    """Return what a severity 0 to 5 means for one category.

    Policy: docs/domain/4.3.md, severity anchors.
    """
    return ANCHORS[category][severity - 1] if severity else "no harm credible"
