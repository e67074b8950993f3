"""Letters that mean others than they show: TCVN3, VNI, UTF-8 read as Latin."""
