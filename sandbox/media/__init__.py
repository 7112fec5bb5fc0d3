"""Pictures and clips of the seeded world, drawn when first asked for and kept on disk."""
