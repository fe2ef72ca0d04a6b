"""Why stops are left out, in short: for counting them."""

WORDS = {
    "unreachable_plain": "no way there and back",
    "too_far_plain": "too far for an evening",
    "outside_windows_plain": "not within its hours",
    "no_shift_plain": "no shift may call there",
    "outbid_plain": "no time left beside others",
    "full_plain": "as many stops as allowed",
    "in_a_run_plain": "its run does not fit",
    "windows_taken_plain": "others would miss their hours",
    "worthless_plain": "no priority",
    "unplaced_plain": "no coordinates",
    "nobody_plain": "nobody asked for answers there",
    "by_hand_plain": "taken out by hand",
    "several": "more than one stop",
}
