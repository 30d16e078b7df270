"""World models that others trained, as model folders: their weights in networks of our own, exported to the graphs that the runtime runs."""
