# serve.sh - what `itdata serve` promises: who is answered, and with what
. "$srcdir/tests/cli/lib.sh"
. "$srcdir/tests/cli/look.sh"

# up [OPTIONS]: a server of a.db; $at is where, $cookie what lets in
up() {
	rm -f url
	itdata serve a.db --port 0 --author mika -q "$@" >url 2>server.err &
	server=$!
	trap 'kill $server 2>/dev/null' EXIT
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -s url ] && break
		sleep 0.1
	done
	url=$(cat url)
	at=${url%/\?token=*}
	token=${url##*=}
	port=${at##*:}
	cookie="Cookie: itdata-$port=$token"
}

down() {
	kill "$server" && wait "$server"
}

# get PATH [CURL OPTIONS]: who knows the token; the body goes to `body`
get() {
	path=$1
	shift
	curl -s -g -o body -w '%{http_code}\n' -H "$cookie" "$@" "$at$path"
}

# post FORM [CURL OPTIONS]
post() {
	form=$1
	shift
	get /judge -d "$form" -H "Origin: $at" "$@"
}

# raw BYTES: what a client that knows no HTTP would send
raw() {
	printf "$1" | timeout 20 bash -c 'exec 3<>/dev/tcp/127.0.0.1/$0
		cat >&3; cat <&3' "$port"
}

kept() {
	sql a.db "SELECT group_concat(id) FROM (SELECT id FROM kept ORDER BY id)"
}

it 'prints an address, whose token becomes a cookie that scripts cannot read' '
	look a.db && up && echo "$url" |
		grep -qE "^http://127\.0\.0\.1:[0-9]+/\?token=[0-9a-f]{32}$" &&
	curl -si "$url" >out && grep -q "^HTTP/1.1 303" out &&
	grep -q "^Location: /" out &&
	grep -q "^Set-Cookie: itdata-$port=$token; HttpOnly; SameSite=Strict; Path=/" out &&
	[ "$(get /)" = 200 ] && grep -q "<title>a.db - itdata</title>" body &&
	down && up --json && jq -e ".port > 0 and (.url | length) > 40" url
'
it 'answers nobody without the token' '
	look a.db && up &&
	for path in / /list "/pair?id=1" /counts /review.js /review.css \
		"/?token=" "/?token=0123456789abcdef0123456789abcdef" \
		"/list?token=$token" "/?q=x&token=$token"; do
		[ "$(curl -s -o body -w "%{http_code}" "$at$path")" = 403 ] &&
		grep -q "token is missing or wrong" body || exit 1
	done &&
	cookie="Cookie: itdata-$port=${token%?}" && [ "$(get /)" = 403 ] &&
	cookie="Cookie: itdata-$port=" && [ "$(get /)" = 403 ] &&
	cookie="Cookie: xitdata-$port=$token" && [ "$(get /)" = 403 ] &&
	cookie="Cookie: a=1; itdata-$port=$token;b" && [ "$(get /)" = 200 ]
'
it 'answers no other name, and no other site' '
	look a.db && up &&
	for host in example.com "127.0.0.1" "127.0.0.1:1" "example.com:$port" \
		"localhost.example.com:$port" "[::1]:$port"; do
		[ "$(get / -H "Host: $host")" = 403 ] &&
		grep -q "a name that is not its own" body || exit 1
	done &&
	[ "$(get / -H "Host: localhost:$port")" = 200 ] &&
	[ "$(get /list -H "Origin: http://example.com")" = 403 ] &&
	[ "$(get /list -H "Origin: null")" = 403 ] &&
	[ "$(get /list -H "Origin: http://127.0.0.1:1")" = 403 ] &&
	[ "$(curl -s -o body -w "%{http_code}" -H "Host: evil.example" "$url")" = 403 ] &&
	! grep -q "$token" body
'
it 'changes nothing for another site' '
	look a.db && up && sql a.db .dump >before &&
	[ "$(get /judge -d "id=1&verdict=drop")" = 403 ] &&
	[ "$(get /judge -d "id=1&verdict=drop" -H "Origin: http://example.com")" = 403 ] &&
	[ "$(post "id=1&verdict=drop" -H "Sec-Fetch-Site: cross-site")" = 403 ] &&
	[ "$(curl -s -o body -w "%{http_code}" -H "Origin: $at" -d "id=1&verdict=drop" "$at/judge")" = 403 ] &&
	[ "$(get "/judge?id=1&verdict=drop")" = 404 ] &&
	[ "$(get /pair -d "id=1&verdict=drop" -H "Origin: $at")" = 404 ] &&
	[ "$(get / -X PUT)" = 405 ] && [ "$(get / -X DELETE)" = 405 ] &&
	sql a.db .dump >after && cmp before after
'
it 'forbids the page to load anything from elsewhere' '
	look a.db && up && for path in / /list /review.js /nothing; do
		curl -si -H "$cookie" "$at$path" >out &&
		grep -q "^Content-Security-Policy: default-src .none.; script-src .self.;" out &&
		grep -q "^X-Content-Type-Options: nosniff" out &&
		grep -q "^Cache-Control: no-store" out || exit 1
	done && [ "$(get /nothing)" = 404 ] && [ "$(get /../etc/passwd --path-as-is)" = 404 ]
'
it 'shows hostile text as text' '
	look a.db && sql a.db "UPDATE pair SET
	  instruction = '\''</script><script>alert(1)</script>'\'',
	  response = '\''</textarea><img src=x onerror=alert(1)> <a href=\"javascript:x\">'\''
	   || char(27) || '\''[2J'\'' || char(0x202e), category = '\''\"><svg onload=a()>'\'',
	  lang = '\''\"><b>'\'' WHERE id = 6;
	  UPDATE source SET name = '\''<h1>x</h1>'\'', license = '\''</title><b>'\'' WHERE id = 2" &&
	up && get "/?id=6" && cp body page && get "/pair?id=6" && cat page >>body &&
	! grep -qE "<img|<script>a|</script><script>|<a href=\"javascript|<svg|<h1>x|<b>\"|\"><b>" body &&
	grep -qF "&lt;/script&gt;&lt;script&gt;alert(1)" body &&
	grep -qF "&lt;/textarea&gt;" body && grep -qF "&lt;U+202E&gt;" body &&
	get "/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E" && ! grep -q "<script>a" body &&
	get "/?q=%3C/script%3E:" && ! grep -q "</script>:" body
'
it 'lists what search finds, page by page' '
	look a.db && sql a.db "WITH RECURSIVE n(i) AS (SELECT 7 UNION ALL
	  SELECT i + 1 FROM n WHERE i < 130) INSERT INTO pair SELECT i, 1, i, i, 0,
	  '\''ja'\'', '\''ja'\'', '\''qa'\'', 1, randomblob(16), NULL,
	  i || '\''番を英訳して'\'', NULL, '\''はい'\'', NULL FROM n" && up &&
	rows() { grep -o "data-id=\"[0-9]*\" href" body | grep -o "[0-9]*" | tr "\n" " "; } &&
	get /list && [ "$(rows | wc -w)" = 50 ] && grep -q "data-after=\"50\"" body &&
	get "/list?after=50" && [ "$(rows | cut -c-9)" = "51 52 53 " ] &&
	get "/list?after=100" && [ "$(rows | wc -w)" = 30 ] && ! grep -q data-after body &&
	get "/list?q=%E8%8B%B1%E8%A8%B3" && [ "$(rows | cut -c-12)" = "3 4 5 7 8 9 " ] &&
	grep -q "<mark>英訳</mark>" body && grep -q "data-after=\"53\"" body &&
	get "/list?q=%E8%8B%B1%E8%A8%B3+lang:en" && [ "$(rows)" = "3 5 " ] &&
	get "/list?q=dropped:*" && [ "$(rows)" = "2 4 " ] &&
	get "/list?q=cluster:1" && [ "$(rows)" = "1 2 " ] &&
	get "/list?q=id:17" && [ "$(rows)" = "17 " ] &&
	get "/list?q=id:17+kept&after=17" && grep -q "No more" body &&
	get "/list?q=no.such" && grep -q "Nothing found" body &&
	[ "$(get "/list?q=score:x%3E1")" = 400 ] && grep -q "no such measure" body &&
	[ "$(get "/?q=score:x%3E1")" = 200 ] && grep -q "no such measure" body
'
it 'says why a pair is where it is, beside the one it fell for' '
	look a.db && up && get "/pair?id=2" &&
	grep -q "dropped by dedup: near duplicate of 1: Jaccard 0.91 &gt;= 0.80" body &&
	grep -q "<del>生</del>物" body && grep -q "<ins>動</ins>物" body &&
	get "/pair?id=3" && grep -q "<mark title=\"ja.vague.reference\">それ</mark>を英訳" body &&
	grep -q "<td>ambiguity</td><td class=\"n\">0.9</td>" body &&
	get "/pair?id=1&beside=2" && grep -q "<ins>生</ins>物" body &&
	[ "$(get "/pair?id=99")" = 404 ] && [ "$(get "/pair?id=x")" = 404 ] &&
	[ "$(get "/?id=99")" = 200 ] && grep -q "There is no pair 99" body
'
it 'takes verdicts as judge does, and takes them back' '
	look a.db && up && [ "$(post "id=1&verdict=drop&note=%E5%8F%A4%E3%81%84")" = 200 ] &&
	grep -q "dropped by mika (古い)" body && [ "$(kept)" = 3,5,6 ] &&
	[ "$(post "id=2&verdict=keep")" = 200 ] && [ "$(kept)" = 2,3,5,6 ] &&
	[ "$(sql a.db "SELECT verdict, note, author FROM verdict WHERE pair_id = 1")" = "drop|古い|mika" ] &&
	sql a.db "SELECT made FROM verdict WHERE pair_id = 1" | grep -q "^20..-.*Z$" &&
	[ "$(sql a.db "SELECT stage, reason FROM dropped WHERE id = 1")" = "judge|古い" ] &&
	[ "$(post "id=1&verdict=undo")" = 200 ] && [ "$(kept)" = 1,2,3,5,6 ] &&
	get /counts && [ "$(cat body)" = "{\"pairs\":6,\"kept\":5,\"judged\":2}" ] &&
	[ "$(post "id=99&verdict=drop")" = 404 ] && [ "$(post "id=1&verdict=perhaps")" = 400 ] &&
	[ "$(post "verdict=drop")" = 404 ] && [ "$(kept)" = 1,2,3,5,6 ] &&
	[ "$(sql a.db "SELECT count(*), max(summary) FROM run WHERE command = '\''serve'\''")" = \
		"1|{\"keep\":1,\"drop\":1,\"edit\":0,\"undo\":1}" ]
'
it 'edits a text, keeps the original, and gives it back' '
	look a.db && itdata digest a.db >digest && up &&
	sql a.db "INSERT INTO embedding VALUES (4, '\''m'\'', '\''instruction'\'', x'\''00000000'\'')" &&
	[ "$(post "id=4&verdict=edit&note=n&text:0:response=The+project%0Awas+%22good%22.&text:0:system=%E8%8B%B1")" = 200 ] &&
	grep -q "edited by mika" body && grep -q "<del>As an AI language model" body &&
	[ "$(sql a.db "SELECT system, response FROM pair WHERE id = 4")" = "$(printf "英|The project\nwas \"good\".")" ] &&
	[ "$(sql a.db "SELECT field, original, author FROM edit ORDER BY 1")" = \
		"$(printf "response|As an AI language model, I cannot.|mika\nsystem||mika")" ] &&
	[ "$(kept)" = 1,3,4,5,6 ] && ! itdata digest a.db | cmp -s - digest &&
	[ "$(sql a.db "SELECT count(*) FROM embedding")$(sql a.db "SELECT count(*) FROM finding WHERE pair_id = 4")" = 00 ] &&
	itdata show a.db 4 >shown && grep -q "edited by mika" shown && grep -q "\[-As an AI" shown &&
	itdata show a.db 4 --json | jq -e ".pairs[0].edits[0].original == \"As an AI language model, I cannot.\"" &&
	itdata export a.db -o out -q --stale && grep -q "was .*good" out/train-*.jsonl &&
	[ "$(post "id=4&verdict=edit&text:0:response=again")" = 200 ] &&
	[ "$(sql a.db "SELECT original FROM edit WHERE field = '\''response'\''")" = "As an AI language model, I cannot." ] &&
	[ "$(post "id=4&verdict=undo")" = 200 ] &&
	[ "$(sql a.db "SELECT system IS NULL, response FROM pair WHERE id = 4")" = "1|As an AI language model, I cannot." ] &&
	[ "$(sql a.db "SELECT count(*) FROM edit")" = 0 ] && [ "$(kept)" = 1,3,5,6 ] &&
	itdata digest a.db | cmp - digest
'
it 'edits a message of a conversation, and undo judge gives all texts back' '
	look a.db && sql a.db .dump | grep -v "INTO run" >before && up &&
	[ "$(post "id=3&verdict=edit&text:0:content=Do+this.&text:3:content=Yes.")" = 200 ] &&
	[ "$(sql a.db "SELECT content FROM turn WHERE pair_id = 3 ORDER BY n" | tr "\n" "|")" = \
		"Do this.|What should I do?|それを英訳して。|Yes.|" ] &&
	[ "$(sql a.db "SELECT instruction FROM pair WHERE id = 3")" = "Do this." ] &&
	[ "$(post "id=1&verdict=edit&text:0:input=x")" = 200 ] &&
	sql a.db "DELETE FROM verdict WHERE pair_id = 5" && down &&
	itdata undo a.db judge && [ "$(sql a.db "SELECT count(*) FROM edit")" = 0 ] &&
	sql a.db "INSERT INTO verdict VALUES (5, '\''keep'\'', '\''fine'\'', '\''me'\'', '\''2026-01-02T00:00:00Z'\'');
	  INSERT INTO finding_row (pair_id, stage_id, rule, category,
		  turn, field, start, length) VALUES (3, 1, 3, 4, 2, 5, 0, 2);
	  INSERT INTO score (pair_id, ambiguity) VALUES (3, 0.9), (1, 0.1)" &&
	sql a.db .dump | grep -v "INTO run" | sort >after && sort before | cmp - after
'
it 'refuses an edit that cannot be' '
	look a.db && up && sql a.db .dump >before &&
	[ "$(post "id=1&verdict=edit")" = 400 ] && grep -q "No text has changed" body &&
	[ "$(post "id=1&verdict=edit&text:0:response=")" = 400 ] && grep -q "cannot be empty" body &&
	[ "$(post "id=1&verdict=edit&text:0:digest=x")" = 404 ] &&
	[ "$(post "id=1&verdict=edit&text:0:content=x")" = 404 ] &&
	[ "$(post "id=3&verdict=edit&text:9:content=x")" = 404 ] &&
	[ "$(post "id=3&verdict=edit&text:0:response=x")" = 404 ] &&
	[ "$(post "id=1&verdict=edit&text:0:response=%FF")" = 400 ] && grep -q "not UTF-8" body &&
	[ "$(post "id=1&verdict=edit&text:0:response=a%00b")" = 400 ] && grep -q "U+0000" body &&
	[ "$(post "id=1&verdict=edit&text:0:response=%zz")" = 400 ] && grep -q "broken escape" body &&
	sql a.db .dump >after && cmp before after
'
it 'refuses what is too long, and goes on' '
	look a.db && up && head -c 1000000 /dev/zero | tr "\0" a >long &&
	{ printf "GET /?q="; cat long; printf " HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n" "$port"; } >wire &&
	timeout 20 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port; cat wire >&3 2>/dev/null; head -1 <&3" >out 2>/dev/null;
	grep -qE "^HTTP/1.1 (414|431|400)" out && [ "$(get /)" = 200 ] &&
	head -c 20000 long >half && [ "$(get "/list?q=$(cat half)")" = 414 ] &&
	head -c 9000000 /dev/zero | tr "\0" a >huge &&
	[ "$(post @huge)" = 413 ] && [ "$(post @huge -H "Transfer-Encoding: chunked")" = 413 ] &&
	[ "$(post "id=1&verdict=drop&note=$(head -c 5000 long)")" = 400 ] &&
	i=0 && while [ $i -lt 2100 ]; do printf "a=&"; i=$((i + 1)); done >many &&
	[ "$(post @many)" = 400 ] && grep -q "more than 2000 fields" body &&
	[ "$(get "/list?q=%FF")" = 400 ] && [ "$(get "/list?q=%E8%8B")" = 400 ] && [ "$(get /)" = 200 ]
'
it 'is not held up by clients that are slow or talk nonsense' '
	look a.db && up && for i in 1 2 3 4 5 6 7 8; do
		bash -c "exec 3<>/dev/tcp/127.0.0.1/$port; printf \"GET / HT\" >&3; sleep 6" &
		bash -c "exec 3<>/dev/tcp/127.0.0.1/$port
			printf \"POST /judge HTTP/1.1\r\nHost: 127.0.0.1:$port\r\nContent-Length: 100\r\n\r\nid=\" >&3
			sleep 6" &
	done && sleep 0.2 && [ "$(get /)" = 200 ] &&
	raw "\0\377nonsense\r\n\r\n" >out; raw "GET / HTTP/1.1\r\n\r\n" >>out
	raw "GET / HTTP/9.9\r\nHost: x\r\n\r\n" >>out; raw "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" >>out
	raw "GET http://127.0.0.1:$port/ HTTP/1.1\r\nHost: 127.0.0.1:$port\r\nCookie: itdata-$port=$token\r\nConnection: close\r\n\r\n" >>out
	! grep -a "HTTP/1.1 200" out && [ "$(get /)" = 200 ]
'
it 'reads while others write, and says so when it cannot write' '
	look a.db && up || exit 1
	{ echo "BEGIN IMMEDIATE; UPDATE pair SET line = 7 WHERE id = 1;"
	  sleep 5; echo "COMMIT;"; } | sqlite3 a.db &
	sleep 1; [ "$(get "/pair?id=1")" = 200 ] &&
	[ "$(post "id=1&verdict=drop")" = 503 ] &&
	grep -q "another process is writing" body && sleep 2 &&
	[ "$(post "id=1&verdict=drop")" = 200 ]
'
it 'fails on a port that is in use, and on what is not there' '
	look a.db && up && fails_with 1 itdata serve a.db --port "$port" &&
	says "port $port is in use; --port N takes another" &&
	fails_with 2 itdata serve a.db --port 65536 && fails_with 2 itdata serve a.db --port x &&
	fails_with 1 itdata serve no.db --port 0 && fails_with 2 itdata serve &&
	echo garbage >g.db && fails_with 1 itdata serve g.db --port 0
'
it 'ends with 0 when it is ended' '
	look a.db && for signal in INT TERM HUP; do
		up && kill -$signal "$server" && wait "$server" || exit 1
	done
'
finish
