"""Assessment: the monthly sheet and the yearly evaluation, each figure down to its cases."""
