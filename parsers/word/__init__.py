"""Word files (.docx): paragraphs and tables as a person sees them."""
