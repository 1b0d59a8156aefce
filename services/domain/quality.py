"""The points on which a published visit is checked for its quality, in words, and which of them need not apply."""

from collections.abc import Mapping

from schemas.vocabulary import QualityPoint

# Policy: docs/domain/4.4.md, QA.
POINT_WORDS: Mapping[QualityPoint, str] = {
    QualityPoint.ADDRESS: "Address",
    QualityPoint.CRITICAL_FACTS: "Critical facts",
    QualityPoint.SYSTEMS: "Systems",
    QualityPoint.HAZARDS: "Hazards",
    QualityPoint.PLAN: "Plan attached",
    QualityPoint.READABLE: "Readable",
}
POINT_QUESTIONS: Mapping[QualityPoint, str] = {
    QualityPoint.ADDRESS: "Is it the right premises, with the address by which a crew finds it?",
    QualityPoint.CRITICAL_FACTS: "Do the critical facts say what a commander must read first, and nothing else?",
    QualityPoint.SYSTEMS: "Are risers, sprinklers, alarms and isolations there, each with its place and state?",
    QualityPoint.HAZARDS: "Is each hazard there, with its place and how much of it?",
    QualityPoint.PLAN: "Is there a plan that can be read, of the floors that matter?",
    QualityPoint.READABLE: "Can a crew that was never there read it once and use it?",
}
MAY_NOT_APPLY = frozenset({QualityPoint.CRITICAL_FACTS, QualityPoint.SYSTEMS, QualityPoint.PLAN})
# No figure is shown about fewer (docs/domain/4.6.md).
FEWEST = 5
TARGET_PERCENT = 90
