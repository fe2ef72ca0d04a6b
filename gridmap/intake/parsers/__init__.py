"""One parser a family of formats; run in the parsing process alone (`gridmap.intake.child`)."""
