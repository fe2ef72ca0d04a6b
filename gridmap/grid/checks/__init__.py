"""What can be wrong with cells: one file a sort of defect, and what they share."""
