"""The map as Dash components: the tree, the model handed to the browser, its binaries, its colours."""
