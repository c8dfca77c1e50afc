"""A minimal Flask application, the reference for throughput."""

from flask import Flask

app = Flask(__name__)
PAGE = "<!doctype html><title>Hello</title>" + "<p>Hello, hello, hello, hello, hello.</p>\n" * 71


@app.get("/")
def hello() -> str:
    return PAGE
