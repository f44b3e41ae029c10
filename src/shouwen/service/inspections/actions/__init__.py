"""All that changes what inspections keep, by what it is about."""
