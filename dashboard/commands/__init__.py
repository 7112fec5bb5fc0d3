"""The page of all commands, one command, and what people do with them."""
