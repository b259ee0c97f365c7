"""The bodies of the command line's commands: paths and streams in, lines out. Knows no option parser."""
