"""Read the files of an old program without importing them: columns, formats and sample cells."""

from importing.column_mapping.date_formats import (
    FORMATS,
    FormatMatch,
    detect_format,
    find_matching_formats,
)
from importing.column_mapping.mapping import Mapping
from importing.column_mapping.mapping_detection import detect_book_columns, read_sample_cells
from importing.csv_files.tables import Table, open_table

__all__ = [
    "FORMATS",
    "FormatMatch",
    "Mapping",
    "Table",
    "detect_book_columns",
    "detect_format",
    "find_matching_formats",
    "open_table",
    "read_sample_cells",
]
