"""Floor 1: who might this be. Works on arrays that it is given; no input or output."""
