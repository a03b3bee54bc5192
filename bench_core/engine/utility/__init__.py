"""What synthetic images are worth for training: real films changed for controls; the study itself is in `downstream`."""
