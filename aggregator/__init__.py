"""Answers to figures, and figures to workbook, Word document and PDF."""
