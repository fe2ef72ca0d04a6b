"""Words of the doctor."""

WORDS = {
    "state.ok": "ok",
    "state.warn": "look",
    "state.fail": "wrong",
    "versions": ("gridmap {gridmap}, Python {python}, GDAL {gdal}, GEOS {geos}, PROJ {proj}, SQLAlchemy {sqlalchemy}"),
    "not_installed": "{distribution} is not installed; run: make setup",
    "neighbour": "{name} lies beside gridmap",
    "neighbour_missing": (
        "{name} does not lie beside gridmap: another package of that name hides it; install {name} with gridmap in an "
        "environment of its own (make setup)"
    ),
    "no_office": "there is no office here yet; run: gridmap init",
    "store_at_head": "the store is at this program's tables",
    "store_behind": "the store is behind this program's tables; run: gridmap upgrade (a backup is made first)",
    "server_log": "the database server's log may show personal values to whoever runs it; its administrator sets for each account of the office: {settings} (docs/stores.md)",
    "server_log_silent": "the database server's log shows no values of rows",
    "audit_key": "the audit is signed with the key {key}; keep a copy of it where the backups are not",
    "audit_key_missing": "{file} is not in the office's folder, so nothing new in the audit is signed; put its copy back, or run gridmap upgrade, which draws another",
    "audit_key_open": "{file} can be read by others than its owner; run: chmod 600 {file}",
    "font": "Chinese is drawn with {font}",
    "no_font": "no font draws Chinese; run: apt-get install fonts-noto-cjk",
    "holidays": "public holidays are known up to {last}",
    "holidays_next": "the public holidays of {year} are announced but not in the calendar; bring the year's notice in (gridmap calendar import FILE) or update chinesecalendar",
    "holidays_missing": "public holidays are known up to {last} only, {year} is missing; bring the year's notice in (gridmap calendar import FILE) or update chinesecalendar",
}
