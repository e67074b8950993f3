"""Letters out: composing, headers that keep Vietnamese whole, and the transports."""
