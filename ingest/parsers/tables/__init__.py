"""Tables with cells: ruled ones, those of workbooks and pages, and forms."""
