"""The page at `/_sandbox/`: what a person sees and presses. It works without JavaScript."""
