"""The engine of TriadCXR: prompts become images, images features, features scores; README.md beside this file is the map."""

__version__ = "0.1.0"
