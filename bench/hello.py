"""The least that Flask can do: what throughput is held against."""

from flask import Flask

app = Flask(__name__)
PAGE = "<!doctype html><title>Hello</title>" + "<p>Hello, hello, hello, hello, hello.</p>\n" * 71


@app.get("/")
def hello() -> str:
    return PAGE
