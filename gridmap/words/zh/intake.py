"""Words of reading files: the doors, the limits and the parsing process."""

WORDS = {
    # doors
    "name": "{file}：路径不得以 /vsi 开头，不得含 :// 或不可见字符；请重命名文件",
    "extension": "{file}：不支持扩展名 {extension}；可用：{allowed}",
    "magic": "{file}：扩展名为 {stated}，但文件头为 {found}；请按扩展名的格式重新保存",
    "missing": "{file}：文件不存在",
    "symlink": "{file}：不读取符号链接；请给出文件本身",
    "not_regular": "{file}：不是普通文件（而是文件夹、管道或设备）；请给出文件",
    "unopenable": "{file}：无法打开（{problem}）",
    "empty": "{file}：文件或其附属文件为空",
    # limits
    "limit": "限值 {argument}：不允许 {value}；请用 1 或更大的整数",
    "file_bytes": "{file}：{found} 字节（含附属文件）；最多读取 {allowed} 字节，请拆分文件",
    "unzipped_bytes": "{file}：解压后超过 {allowed} 字节；请拆分文件",
    "unzip_ratio": "{file}：{member} 解压后为原大小的 {found} 倍；最多允许 {allowed} 倍",
    "zip_members": "{file}：压缩包内有 {found} 个文件；最多读取 {allowed} 个",
    "sheets": "{file}：有 {found} 个工作表或图层；最多读取 {allowed} 个，请拆分文件",
    "rows": "{file}：有 {found} 行或更多；最多读取 {allowed} 行，请拆分文件",
    "columns": "{file}：有 {found} 列；最多读取 {allowed} 列，请删除右侧多余的单元格或属性",
    "cells": "{file}：有 {found} 个单元格（行数乘列数）；最多读取 {allowed} 个，请拆分文件或删除多余的单元格",
    "line_bytes": "{file}：有一行超过 {allowed} 字节；请检查换行和引号",
    "text": "{file}：有一段文字长 {found} 字；最多读取 {allowed} 字，请检查未闭合的引号",
    "nesting": "{file}：括号嵌套 {found} 层；最多读取 {allowed} 层",
    "vertices": "{file}：有 {found} 个顶点或更多；最多读取 {allowed} 个，请拆分文件",
    "geometry_vertices": "{file}：有一个图形含 {found} 个顶点或更多；最多读取 {allowed} 个，请先化简",
    "memory": "{file}：读取所需内存超过允许的 {allowed} MB；请拆分文件",
    "cpu_seconds": "{file}：所需处理器时间超过限值（检查 {inspect} 秒，读取 {parse} 秒）；请拆分文件",
    "wall_seconds": "{file}：{allowed} 秒内未能读完；请重试或拆分文件",
    "result_bytes": "{file}：内容展开后超过 {allowed} 字节；请拆分文件",
    # contents
    "broken": "{file}：读取程序异常结束（{reason}）：文件已损坏，或所需内存超过允许的 {allowed} MB",
    "unreadable": "{file}：无法按 {format} 读取（{problem}）；请用原程序打开后重新保存",
    "drivers": "{file}：本机 GDAL 加载了不允许的格式；请运行 gridmap doctor",
    "layer": "{file}：没有工作表或图层 {layer}；可用：{allowed}",
    "nul": "{file}：第 {offset} 字节为 NUL，不是文本文件；请重新保存为 UTF-8 的 csv",
    "encoding": "{file}：文字不是 {encoding} 编码（已试：{tried}）；请保存为 UTF-8 或注明编码",
}
