"""Words of the store."""

WORDS = {
    "naive_instant": "时刻 {value}：请带上时区",
    "not_a_day": "日期 {value}：请给日期，不要给时刻",
}
