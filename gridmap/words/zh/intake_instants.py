"""Words of days with a time."""

WORDS = {
    "not_instant": "{value} 不是日期时间；请填 2015-03-12 08:30；若不是本机构时间，请注明时差",
    "no_such_time": "{value}：{zone} 当日没有该时刻；请填写带时差的时间",
}
