"""The command line: `main` joins the commands, each of which is a module of its own."""
