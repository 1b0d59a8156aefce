"""The risk score RIS-1: from what is known of a premises and an assessor's judgement to its level."""
