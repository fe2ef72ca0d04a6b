"""Words of the terminal about files and photos of issues."""

WORDS = {
    "help.issues_import": "Take a register of issues in, each with its history; what is kept already is not kept twice.\n\n"
    "Example: gridmap issues import tickets.csv --map OPENED=reported --map CLOSED=closed --zone America/New_York "
    '--category road --word "result:Fixed=solved" --word "source:*=phone"',
    "help.issues_export": "Write the issues of a day as a workbook, without what people said",
    "help.issues_photo": "Add a photo to an issue: it is drawn anew, without place and camera data",
    "help.issues_photos": "List the photos of an issue",
    "help.issues_photo_out": "Write a photo out; it may show people, so a reason is asked and kept in the audit",
    "issue_files.word": "What a word of the file means: result:Fixed=solved, source:App=phone, category:Lamp=road; "
    "* is any other word, - an empty cell. An ending is a result, duplicate or rejected.",
    "issue_files.category": "Category of rows that name none.",
    "issue_files.source": "How issues came whose row does not say it.",
    "issue_files.zone": "Zone of times without an offset; without: the office's own.",
    "issue_files.bad_zone": "{given}: unknown; use a name of the time-zone database such as America/New_York",
    "issue_files.target": "Workbook to write: out.xlsx.",
    "issue_files.head": "{file} → issues: {rows} rows",
    "issue_files.count.added": "added",
    "issue_files.count.continued": "continued",
    "issue_files.count.unchanged": "unchanged",
    "issue_files.count.events": "steps",
    "issue_files.count.rejected": "rejected",
    "issue_files.count.unplaced": "unplaced",
    "issue_files.count.unlinked": "in no cell",
    "issue_files.kept": "Kept as import {batch}, recorded now; the ledger is never rewritten",
    "photos.file": "The photo: JPEG, PNG or WebP.",
    "photos.photo": "Number of the photo: see gridmap issues photos.",
    "photos.target": "File to write: out.jpg.",
    "photos.kept": "Photo {photo} kept with issue {number}",
    "photos.known": "Issue {number} has this picture already: photo {photo}",
    "photos.written": "Photo {photo}: {path}",
    "photos.column.photo": "photo",
    "photos.column.width": "width (px)",
    "photos.column.height": "height (px)",
    "photos.column.bytes": "bytes",
    "photos.column.recorded_at": "recorded at",
    "photos.column.account": "account",
}
