"""What CloudFormation does with a cloud assembly, on this machine. `driver` is where to begin."""
