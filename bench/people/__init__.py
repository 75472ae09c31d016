"""Made-up pupils to measure with: a world to set figures on, another to test them."""
