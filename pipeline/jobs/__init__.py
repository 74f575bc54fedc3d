"""The steps that need every room at once: each takes a workspace, composes, and leaves nothing half-done."""
