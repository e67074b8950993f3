"""The binary formats: Excel 97 to 2003, the binary workbook, and the containers they lie in."""
