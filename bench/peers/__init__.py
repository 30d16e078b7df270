"""The same planning problems, solved as research code solves them: what Rehearse is measured against."""
