"""What pages and the command line ask of what is stored: tables, comparisons, neighbours, mean images."""
