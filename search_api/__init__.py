"""Search and HTTP: text analysis, indexes, fusion, owners, the application and its pages."""
