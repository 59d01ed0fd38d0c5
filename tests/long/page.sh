# page.sh - the page of `itdata stats --html` in a real browser
#
# Needs chromium; says so and passes when there is none.
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

browser=$(command -v chromium || command -v chromium-browser) || {
	echo "ok - skipped: there is no chromium"
	exit 0
}

browse() {
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
		--disable-background-networking --hide-scrollbars \
		--user-data-dir="$PWD/profile" "$@" 2>log
}

hostile() {
	look a.db && sql a.db "UPDATE pair SET
	  instruction = '</script><script>document.title=\"owned\"</script>',
	  response = '<img src=http://example.invalid/x onerror=\"document.title=1\">
	  <a href=\"javascript:alert(1)\">x</a>', category = '\"><svg onload=a()>',
	  lang = '\"><b>' WHERE id = 6;
	  UPDATE source SET name = '<h1>x</h1>', license = '</title><b>' WHERE id = 2" &&
	itdata stats a.db --html a.html
}

it 'runs its script, and nothing of the data' '
	hostile && browse --enable-logging=stderr --dump-dom "file://$PWD/a.html" >dom &&
	grep -q "<title>a.db - itdata</title>" dom &&
	grep -q "<th><button type=\"button\">stage</button></th>" dom &&
	! grep -qE "<img|<a href=\"javascript|<svg onload|<h1>x" dom &&
	grep -qF "&lt;/script&gt;&lt;script&gt;document.title" dom &&
	! grep -E "CONSOLE|Refused|Uncaught" log
'
it 'asks the network for nothing' '
	hostile && browse --log-net-log="$PWD/net.json" --dump-dom "file://$PWD/a.html" >dom &&
	! grep -q "example.invalid" net.json
'
it 'sorts and filters its tables' '
	hostile && sed "s|<meta http-equiv=.*||; s|</body></html>||" a.html >b.html &&
	cat >>b.html <<-\END &&
	<script>
	const t = document.getElementById("t-lang");
	t.querySelectorAll("button")[1].click();
	const most = t.tBodies[0].rows[0].cells[0].textContent;
	t.querySelectorAll("button")[1].click();
	const least = t.tBodies[0].rows[0].cells[0].textContent;
	const box = document.querySelector("[data-for=pairs]");
	box.value = "英訳"; box.dispatchEvent(new Event("input"));
	const left = document.querySelectorAll(".pair:not([hidden])").length;
	document.title = [most, least, left].join();
	</script></body></html>
	END
	browse --dump-dom "file://$PWD/b.html" >dom && grep -o "<title>.*</title>" dom &&
	grep -qF "<title>ja,\"&gt;&lt;b&gt;,3</title>" dom
'
it 'can be drawn in light and dark' '
	hostile && for scheme in 0 1; do
		browse --blink-settings=preferredColorScheme=$scheme --window-size=1100,3000 \
			--screenshot="$PWD/$scheme.png" "file://$PWD/a.html" || exit 1
	done && [ -s 0.png ] && [ -s 1.png ] && ! cmp -s 0.png 1.png
'
finish
