"""What happens to apps that are deployed, updated and destroyed: a file a story, each with a cluster and an AWS of its own."""
