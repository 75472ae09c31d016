"""Floor 3: the made-up Wales to try and to train on. Its places are real, its schools and people are not."""
