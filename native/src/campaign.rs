//! Lists that are dialled: reading them, the durable store, and the runner that does what core's campaign machine says.
