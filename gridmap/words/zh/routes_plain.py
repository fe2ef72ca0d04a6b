"""Why stops are left out, in short: for counting them."""

WORDS = {
    "unreachable_plain": "无路可往返",
    "too_far_plain": "一晚走不到",
    "outside_windows_plain": "不在可走访时段",
    "no_shift_plain": "没有班次可去",
    "outbid_plain": "时间不够，先去其他站点",
    "full_plain": "站数已满",
    "in_a_run_plain": "连续段排不进",
    "windows_taken_plain": "会使别处错过时段",
    "worthless_plain": "没有优先级",
    "unplaced_plain": "没有坐标",
    "nobody_plain": "所选人员不负责",
    "by_hand_plain": "人工去掉",
    "several": "不止一个站点",
}
