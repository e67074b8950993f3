"""Pages of HTML that call themselves workbooks."""
