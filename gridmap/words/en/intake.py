"""Words of reading files: the doors, the limits and the parsing process."""

WORDS = {
    # doors
    "name": "{file}: a path must not begin with /vsi, hold :// or unprintable characters; rename the file",
    "extension": "{file}: the extension {extension} is not read; use one of {allowed}",
    "magic": "{file}: named as {stated}, but its first bytes are {found}; save it again in the format of its name",
    "missing": "{file}: there is no such file",
    "symlink": "{file}: a symbolic link is not followed; give the file itself",
    "not_regular": "{file}: not a regular file (a folder, a pipe or a device); give a file",
    "unopenable": "{file}: cannot be opened ({problem})",
    "empty": "{file}: the file, or one that belongs to it, is empty",
    # limits
    "limit": "limit {argument}: {value} is not allowed; use a whole number of 1 or more",
    "file_bytes": "{file}: {found} bytes (with the files that belong to it); at most {allowed} are read, split the file",
    "unzipped_bytes": "{file}: unpacks to more than {allowed} bytes; split the file",
    "unzip_ratio": "{file}: {member} unpacks to {found} times its size; at most {allowed} times is read",
    "zip_members": "{file}: {found} files in the archive; at most {allowed} are read",
    "sheets": "{file}: {found} sheets or layers; at most {allowed} are read, split the file",
    "rows": "{file}: {found} rows or more; at most {allowed} are read, split the file",
    "columns": "{file}: {found} columns; at most {allowed} are read, delete stray cells far right or attributes",
    "cells": "{file}: {found} cells (rows times columns); at most {allowed} are read, split the file or delete stray cells",
    "line_bytes": "{file}: a line is longer than {allowed} bytes; check the line breaks and quotes",
    "text": "{file}: a text of {found} characters; at most {allowed} are read, check quotes that are never closed",
    "nesting": "{file}: brackets nest {found} deep; at most {allowed} are read",
    "vertices": "{file}: {found} vertices or more; at most {allowed} are read, split the file",
    "geometry_vertices": "{file}: one geometry has {found} vertices or more; at most {allowed} are read, simplify it",
    "memory": "{file}: reading it needs more than the allowed {allowed} MB of memory; split the file",
    "cpu_seconds": "{file}: takes more processor time than allowed ({inspect} s to look at, {parse} s to read); split the file",
    "wall_seconds": "{file}: not read within {allowed} s; try again, or split the file",
    "result_bytes": "{file}: its content unpacks to more than {allowed} bytes; split the file",
    # contents
    "broken": "{file}: its reader ended at once ({reason}): the file is damaged, or needs more than the allowed {allowed} MB",
    "unreadable": "{file}: cannot be read as {format} ({problem}); open it in its program and save it again",
    "drivers": "{file}: this installation's GDAL loads formats that are not allowed; run gridmap doctor",
    "layer": "{file}: there is no sheet or layer {layer}; use one of {allowed}",
    "nul": "{file}: NUL byte at offset {offset}: not a text file; save it again as csv in UTF-8",
    "encoding": "{file}: the text is not in {encoding} (tried: {tried}); save it in UTF-8 or state the encoding",
}
