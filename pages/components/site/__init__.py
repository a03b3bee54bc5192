"""What stands before the pages: which page an address means, the first document, scripts that travel compressed, one name a browser."""
