"""The blank workbook that a unit gets."""
