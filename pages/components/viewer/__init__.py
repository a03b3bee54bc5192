"""The viewer: what a page calls to show images large, the door for their pixels, and the scripts that draw them."""
