"""What comes in: files of every kind, read in a confined process, every fault of every row found."""
