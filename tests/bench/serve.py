#!/usr/bin/env python3
"""serve.py - CPU milliseconds of the review's server, request by request

    serve.py ITDATA DATABASE      (made by tests/bench/stats.sh, with KEEP)
"""
import os
import subprocess
import sys
import urllib.parse
import urllib.request

LISTS = ["", "kept", "lang:ja", "英訳", "dropped:dedup lang:en",
         "dropped:filter", "category:qa score:novelty>0.99", "rule:ja.*",
         "rule:ja.* kept", "source:source?3", "英訳 rule:en.vague"]


def main():
    itdata, database = sys.argv[1:]
    server = subprocess.Popen([itdata, "serve", database, "--port", "0", "-q"],
                              stdout=subprocess.PIPE, text=True)
    at, token = server.stdout.readline().strip().split("/?token=")
    cookie = f"itdata-{at.rsplit(':', 1)[1]}={token}"

    def cpu():
        with open(f"/proc/{server.pid}/stat") as file:
            part = file.read().rsplit(")", 1)[1].split()
        return (int(part[11]) + int(part[12])) / os.sysconf("SC_CLK_TCK")

    def get(path):
        request = urllib.request.Request(at + path, headers={"Cookie": cookie})
        return urllib.request.urlopen(request).read()

    def measure(path):
        get(path)
        begun, n = cpu(), 0
        while n < 10 and cpu() - begun < 2:
            get(path)
            n += 1
        return (cpu() - begun) / n * 1000

    paths = ["/", "/pair?id=500002", "/counts"]
    for query in LISTS:
        for after in (0, 900000):
            paths.append("/list?q=" + urllib.parse.quote(query) +
                         f"&after={after}")
    for path in paths:
        print(f"{measure(path):7.1f} ms  {urllib.parse.unquote(path)}",
              flush=True)
    server.terminate()


main()
