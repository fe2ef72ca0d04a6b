"""Words of `gridmap figures`."""

WORDS = {
    "help.figures": "Print what was reached by the end of a day: always n of N, with the change on the week and the "
    "year before.\n\nExample: gridmap figures --on 2015-10-31",
    "figures.by": "By what the figures are told apart.",
    "figures.level": "With --by cell: big, middle or small.",
    "figures.since": "Rates are of the issues due from this day on (default: 1 January of the year).",
    "figures.follow": "Print the rows behind this figure; `--json` without it lists the keys.",
    "figures.out": "Write the figures as an .xlsx workbook too.",
    "figures.one": "give either --by or --follow",
    "figures.progress": "Counting",
    "figures.column.section": "about",
    "figures.column.figure": "figure",
    "figures.column.number": "number",
    "figures.column.share": "share",
    "figures.column.week_before": "on the week before",
    "figures.column.year_before": "on the year before",
    "figures.n_of": "{n} of {of}",
    "figures.none": "n/a",
    "figures.per_cent": "{share:.1f} %",
    "figures.points": "{change} points",
    "figures.behind": "{key}: {counted} counted in {count} rows",
    "figures.written": "Written: {path}",
}
