"""The cells of an xlsx that show an error (`#DIV/0!`): calamine gives them as empty, which would read as no value."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MARK = b't="e"'
_CELL = re.compile(rb'<(?:\w+:)?c\s([^>]*\bt="e"[^>]*)>.*?<(?:\w+:)?v>([^<]*)<', re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_LETTERS = 26

Errors = dict[int, dict[int, str]]


def found(path: Path) -> dict[str, Errors]:
    """Return, for each sheet by name, the error text by row and column (from 0).

    The workbook must have passed `spreadsheet_xml.inspect`: it is unpacked here without limits of its own.
    """
    with ZipFile(path) as book:
        names = set(book.namelist())
        if not {_BOOK, _RELATIONS} <= names:
            return {}
        targets = {
            one.get("Id"): posixpath.normpath(posixpath.join("/xl", one.get("Target", ""))).lstrip("/")
            for one in ET.fromstring(book.read(_RELATIONS))  # noqa: S314 # without entities: inspected
        }
        sheets = {
            one.get("name", ""): targets.get(one.get(_RELATION), "")
            for one in ET.fromstring(book.read(_BOOK)).iter()  # noqa: S314 # without entities: inspected
            if one.get(_RELATION)
        }
        return {name: _errors(book.read(member)) for name, member in sheets.items() if member in names}


def _errors(sheet: bytes) -> Errors:
    cells: Errors = defaultdict(dict)
    if _MARK in sheet:
        for attributes, text in _CELL.findall(sheet):
            reference = _REFERENCE.search(attributes)
            if reference:
                cells[int(reference[2]) - 1][_column(reference[1])] = text.decode("utf-8", "replace")
    return cells


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - ord("A") + 1
    return number - 1
