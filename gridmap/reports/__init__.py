"""WHAT IS PRINTED: reports, sheets and workbooks of frames."""
