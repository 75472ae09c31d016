"""Floor 2: what can be done. One module a capability, the actor first."""
