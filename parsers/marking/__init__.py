"""A returned workbook marked for the unit that mends it: cells tinted and commented, nothing else changed."""
