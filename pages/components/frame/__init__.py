"""The frame around every page: menu, address, what is chosen, who is there, what went wrong."""
