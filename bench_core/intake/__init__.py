"""What comes in: folders and tables of images, public data sets by their layout, uploads, result files of other tools."""
