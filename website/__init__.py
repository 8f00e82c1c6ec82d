"""What the site has besides the pages of docs/: the reference of the API, and the files of the repository that pages link to."""
