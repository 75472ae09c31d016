"""Floor 3: the made-up Wales to try and to train on."""
