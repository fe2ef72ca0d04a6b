"""What `gridmap demo` says of its year."""

WORDS = {
    "demo.accounts": "give each role an account and a new password, told once",
    "demo.accounts_told": "Sign in as any of these; each password is told this once:",
    "demo.entered": "March to December 2015, entered evening by evening: {visits} visits, {reports} issues, {steps} steps with them.",
    "demo.made_up_year": "All of it is drawn by chance so that the totals that were printed of 2015 come out. Days and deadlines are assumed; so is that the issues of the programme are among those collected.",
    "demo.figures": "Its figures: gridmap figures --on 2015-10-31 --home {home}",
    "demo.tonight": "Tonight's routes of those who answer for the most gaps:",
    "demo.route": "Route on the map: {path}; on paper: gridmap route out {plan} --sheet FILE.html --cadre NUMBER --home {home}",
}
