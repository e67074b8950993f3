"""The command tonghop: arguments in, exit codes and JSON out."""
