"""Recordings to model steps: bags, messages, episodes, and the labels that follow from them."""
