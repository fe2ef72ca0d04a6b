"""Headers of the columns that stand beside a layer's own fields."""

WORDS = {
    "key": "key",
    "code": "cell code",
    "level": "level",
    "parent": "parent",
    "name": "name",
    "cell": "cell",
    "cell_reason": "reason for the cell",
    "linked_cell": "linked cell",
    "link_how": "how it is linked",
    "big": "big cell",
    "middle": "middle cell",
    "small": "small cell",
    "lon": "lon",
    "lat": "lat",
    "valid_from": "valid from",
    "valid_to": "valid to",
    "distance_m": "distance (m)",
    "length_m": "length (m)",
    "nearest": "nearest cell",
}
