"""Words of the grid: cells, codes, linking, checking, repair, coordinate systems."""

WORDS = {
    "not_a_frame": "{argument}：{given} 不是 GeoDataFrame；请提供含 code、level、parent、name、geometry 的网格",
    "not_geometries": "{argument}：{given} 不含几何图形；请提供 GeoSeries 或 GeoDataFrame",
    "missing_columns": "{argument}：缺少列 {missing}；网格须有列 {columns}",
    "missing_crs": "{argument}：未注明坐标系；请注明（set_crs），系统只询问，绝不猜测",
    "unknown_level": "{argument}：网格级别 {given} 不存在；可用：{allowed}",
    "not_text": "{argument}：列 {column} 中有非文本值；编码须为文本",
    "unknown_code": "网格 {code}：网格版本中没有此编码",
    "code_lengths": "{argument}：{given}；所用各级（{levels}）的编码位数须逐级递增",
    "snap": "{argument}：{given} 不是有效距离；请给出不小于 0 的米数",
    "wrong_geometry": "{argument}：有 {count} 行为 {kinds}；只允许 {allowed}",
    "local_not_in_metres": "{argument}：地方坐标系 {crs} 的单位不是米；请提供以米为单位的坐标",
    "unknown_crs": "{argument}：无法识别坐标系 {given}；请给出 EPSG 编号（如 EPSG:4490）、WKT、gcj02 或 bd09",
    "unplaced_crs": "{argument}：地方坐标系 {given} 未说明其在地球上的位置；请以投影坐标系的 WKT 给出",
    "offset_target": "{argument}：{given} 不能作为保存的坐标系；请给出真实坐标系，如 EPSG:4326",
}
