"""Tags of publication."""
