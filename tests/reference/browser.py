#!/usr/bin/env python3
"""browser.py - drive a headless Chromium over its pipe, for tests/long

    browser.py report PAGE.html FOLDER      look at a report page
    browser.py review URL FOLDER            review a data set of itdata serve

Prints one line a fact that was seen, `not ok - ...` for one that was not, and
leaves pictures in FOLDER.  Speaks the DevTools protocol on --remote-debugging-
pipe; needs nothing but Python and chromium.
"""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time


class Browser:
    """One page of a browser of its own."""

    def __init__(self):
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        self.profile = tempfile.mkdtemp(prefix="itdata-browser-")
        to_read, self.to = os.pipe()
        self.back, to_write = os.pipe()
        for fd in (to_read, to_write):
            os.set_inheritable(fd, True)

        def pipes():  # the browser reads 3 and writes 4
            a, b = os.dup(to_read), os.dup(to_write)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-background-networking", "--hide-scrollbars",
             "--disable-dev-shm-usage", "--no-first-run",
             "--user-data-dir=" + self.profile, "--remote-debugging-pipe",
             "about:blank"],
            preexec_fn=pipes, close_fds=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.number = 0
        self.pending = b""
        self.events = []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = [t for t in targets if t["type"] == "page"][0]
        self.session = None
        self.session = self.call("Target.attachToTarget", targetId=page[
            "targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")

    def message(self):
        while b"\0" not in self.pending:
            more = os.read(self.back, 1 << 20)
            if not more:
                raise RuntimeError("the browser has ended")
            self.pending += more
        one, self.pending = self.pending.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **params):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        if getattr(self, "session", None):
            request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def js(self, expression):
        result = self.call("Runtime.evaluate", expression=expression,
                           returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def wait(self, expression, seconds=20):
        """Until the expression is true."""
        end = time.time() + seconds
        while time.time() < end:
            if self.js(expression):
                return True
            time.sleep(0.05)
        return False

    def go(self, url):
        self.events = []
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def look(self, width, height, scheme):
        self.call("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path):
        data = self.call("Page.captureScreenshot")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def key(self, key, modifiers=0):
        """A key as a person presses it; text only where it types."""
        event = {"key": key, "modifiers": modifiers}
        if len(key) == 1 and not modifiers:
            event["text"] = key
        if key == "Enter":
            event.update(text="\r", windowsVirtualKeyCode=13)
        self.call("Input.dispatchKeyEvent", type="keyDown", **event)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key,
                  modifiers=modifiers)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def complaints(self):
        """What stands in the console, and what was asked of other places."""
        self.js("1")
        found = []
        for event in self.events:
            params = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                found.append(str(params["exceptionDetails"]))
            elif event["method"] == "Runtime.consoleAPICalled":
                found.append(str(params["args"]))
            elif event["method"] == "Log.entryAdded":
                found.append(params["entry"]["text"])
        return found

    def asked(self):
        return [e["params"]["request"]["url"] for e in self.events
                if e["method"] == "Network.requestWillBeSent"]

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


FAILED = []


def see(what, so, seen=""):
    print(f"ok - {what}" if so else f"not ok - {what}: {seen}")
    if not so:
        FAILED.append(what)


def report(browser, page, folder):
    url = "file://" + os.path.abspath(page)
    for scheme in ("light", "dark"):
        browser.look(1100, 900, scheme)
        browser.go(url)
        browser.picture(f"{folder}/report-{scheme}.png")
        for part in browser.js("Array.from(document.querySelectorAll("
                               "'section')).map(s => s.id)"):
            browser.js(f"document.getElementById('{part}').scrollIntoView()")
            browser.picture(f"{folder}/report-{scheme}-{part}.png")
    see("the page says nothing to the console", not browser.complaints(),
        browser.complaints())
    asked = [u for u in browser.asked() if u != url]
    see("the page asks for nothing but itself", not asked, asked)
    first = "document.querySelector('#t-sources tbody tr td').textContent"
    column = "document.querySelectorAll('#t-sources th button')[{}].click()"
    before = browser.js("document.querySelectorAll('#t-sources tbody tr')"
                        ".length")
    browser.js(column.format(1))
    most = browser.js(first)
    browser.js(column.format(1))
    least = browser.js(first)
    see("a table is sorted by a click", before < 2 or most != least,
        f"{most}, {least}")
    wide = browser.js("document.documentElement.scrollWidth - innerWidth")
    see("nothing is wider than the window", wide <= 0, wide)
    browser.look(420, 900, "light")
    browser.go(url)
    browser.picture(f"{folder}/report-narrow.png")
    wide = browser.js("document.documentElement.scrollWidth - innerWidth")
    see("nothing is wider than a narrow window", wide <= 0, wide)


def review(browser, url, folder):
    text = "document.querySelector({!r})?.textContent || ''"
    shown = "document.querySelector('.head')?.dataset.id"
    browser.look(1280, 860, "light")
    browser.go(url)
    see("the token leaves the address", "token" not in
        browser.js("location.href"), browser.js("location.href"))
    see("no script can read the token", browser.js("document.cookie") == "",
        browser.js("document.cookie"))
    see("the counts come", browser.wait(
        "document.getElementById('counts').textContent.includes('kept')"))
    first = browser.js(shown)
    browser.key("j")
    see("j goes to the next pair", browser.wait(f"{shown} !== '{first}'"))
    browser.key("k")
    see("k goes back", browser.wait(f"{shown} === '{first}'"))
    browser.picture(f"{folder}/review-light.png")

    browser.key("/")
    browser.type("英訳 kept")
    browser.key("Enter")
    see("a search finds", browser.wait(
        "list.querySelectorAll('.row mark').length > 0 && "
        "list.querySelectorAll('.row.dropped').length === 0"))
    browser.js("document.activeElement.blur()")
    browser.wait("document.querySelector('.head') !== null")
    found = browser.js(shown)
    browser.js("document.querySelector('[name=note]').value = '古い'")
    browser.key("D")
    see("D drops a pair", browser.wait(
        f"rowOf('{found}').classList.contains('dropped')"))
    see("and goes to the next", browser.wait(f"{shown} !== '{found}'") or
        browser.js("rows().length") == 1)
    browser.picture(f"{folder}/review-toast.png")
    with open(f"{folder}/dropped", "w") as file:
        file.write(found)
    print(f"dropped {found}", flush=True)
    sys.stdin.readline()  # whoever runs us looks into the database
    browser.key("U")
    see("U takes it back", browser.wait(
        f"rowOf('{found}').classList.contains('kept') && {shown} === "
        f"'{found}'"))
    print(f"undone {found}", flush=True)
    sys.stdin.readline()

    browser.key("E")
    see("E opens an editor", browser.wait(
        "document.activeElement.tagName === 'TEXTAREA'"))
    browser.picture(f"{folder}/review-edit.png")
    browser.type("（直した）")
    browser.key("Enter", 2)
    see("Ctrl Enter saves", browser.wait(
        "document.querySelector('.edited') !== null"))
    browser.picture(f"{folder}/review-edited.png")
    browser.key("U")
    see("U gives the original back", browser.wait(
        "document.querySelector('.edited') === null"))

    browser.key("/")
    browser.type("dropped:dedup")
    browser.key("Enter")
    browser.wait("list.querySelectorAll('.row.kept').length === 0 && "
                 "document.querySelector('.head.dropped') !== null")
    browser.js("document.activeElement.blur()")
    browser.key("j")
    see("a duplicate stands beside its keeper", browser.wait(
        "document.querySelector('.beside del, .beside ins') !== null"))
    for scheme in ("light", "dark"):
        browser.look(1280, 860, scheme)
        browser.picture(f"{folder}/review-beside-{scheme}.png")
    browser.js("document.activeElement.blur()")
    browser.key("?")
    see("? shows the keys", browser.wait(
        "document.getElementById('keys').open"))
    browser.picture(f"{folder}/review-keys.png")
    browser.key("Escape")
    browser.js("document.getElementById('keys').close()")
    browser.js("box.value = 'score:nonsense>1'; find()")
    see("an error stands where the list would", browser.wait(
        "document.querySelector('#list #error') !== null"))
    browser.js("box.value = ''; find()")
    browser.wait("list.querySelectorAll('.row').length > 0")
    browser.look(420, 860, "light")
    browser.picture(f"{folder}/review-narrow.png")
    wide = browser.js("document.documentElement.scrollWidth - innerWidth")
    see("nothing is wider than a narrow window", wide <= 0, wide)
    bad = [c for c in browser.complaints() if "400" not in c]
    see("the page says nothing to the console", not bad, bad)
    host = url.split("/?")[0]
    asked = [u for u in browser.asked() if not u.startswith(host) and
             not u.startswith("data:")]
    see("the page asks nobody else", not asked, asked)


def main():
    what, where, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    browser = Browser()
    try:
        {"report": report, "review": review}[what](browser, where, folder)
    finally:
        browser.close()
    sys.exit(1 if FAILED else 0)


main()
