"""What must stay true whichever operation asks: moving credits, deciding, recording."""
