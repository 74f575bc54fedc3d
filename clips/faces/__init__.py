"""Faces in the picture: found, followed, covered."""
