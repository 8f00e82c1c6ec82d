"""What runs in AWS Lambda while a stack is deployed or destroyed, with Python's own library, and boto3, which is there too.

These files are the whole of the functions' code: they import nothing else of the package.
"""
