"""`python -m ciconv` is the program `ciconv`."""

from ciconv.cli.main import main

if __name__ == "__main__":
    main()
