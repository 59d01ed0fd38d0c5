# export.sh - other people's loaders read what export wrote
#
# PYTHON names a python with datasets and zstandard of PyPI; for the chat
# template transformers and jinja2; for trainers torch, trl, axolotl,
# llamafactory and torchtune.  What is not there is skipped, and said.  ROWS is
# the size of the mixed set (100000).
. "$srcdir/tests/cli/lib.sh"

# has MODULE...: PYTHON has them
has() {
	for module in "$@"; do
		"${PYTHON:-false}" -c "import $module" 2>/dev/null || return 1
	done
}

has datasets zstandard || {
	echo "ok - skipped: PYTHON does not name a python with datasets and zstandard"
	exit 0
}
export HF_HOME="$work/hf" HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1

# made DATABASE: 300 pairs and conversations, Japanese and English
made() {
	for i in $(seq 1 100); do
		cat <<-END
		{"messages":[{"role":"user","content":"質問 $i 「引用」"},{"role":"assistant","content":"答え\\n$i"}]}
		{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Question $i \\"x\\""},{"role":"assistant","content":"Answer $i"}]}
		{"messages":[{"role":"user","content":"こんにちは $i"},{"role":"assistant","content":"はい"},{"role":"user","content":"続けて"},{"role":"assistant","content":"😀 $i"}]}
		END
	done >a.jsonl
	itdata ingest "$1" a.jsonl -q >/dev/null
}

it 'load_dataset reads every format, with splits and the rows of the manifest' '
	made a.db &&
	for format in messages sharegpt prompt text alpaca; do
		for pack in none gzip zstd; do
			itdata export a.db -o $format-$pack --format $format \
				--compress $pack --shards 3 --leak 0 \
				--split train=0.8,test=0.2 >said 2>err || exit 1
		done
	done &&
	"$PYTHON" - <<-\END
	import datasets, glob, json
	for folder in sorted(glob.glob("*-none") + glob.glob("*-gzip") + glob.glob("*-zstd")):
	    ds = datasets.load_dataset("./" + folder)
	    for split in json.load(open(folder + "/manifest.json"))["splits"]:
	        assert ds[split["name"]].num_rows == split["rows"], folder
	    assert set(ds) == {"train", "test"}, folder
	END
'
# mixed DATABASE N: N records, Japanese and English, with and without system and
# input, of one to four exchanges; one of 50 is what some trainer would not take
mixed() {
	awk -v n="$2" 'BEGIN { for (i = 0; i < n; i++) {
		u = i % 3 ? "Question " i ": what is \\\"x\\\" " i "?\\nShort, please." : "質問 " i "：「これ」は何ですか。"
		a = i % 3 ? "It is the number " i ".\\tNothing else." : "それは " i " です。\\n以上。😀"
		user = "{\"role\":\"user\",\"content\":\"" u "\"}"
		answer = "{\"role\":\"assistant\",\"content\":\"" a "\"}"
		line = user "," answer
		for (k = 0; k < i % 7 - 3; k++)
			line = line "," user "," answer
		if (i % 50 == 7) line = user "," user "," answer
		if (i % 50 == 17) line = user ",{\"role\":\"assistant\",\"content\":\"\"}," user "," answer
		if (i % 50 == 27) line = user "," answer ",{\"role\":\"tool\",\"content\":\"3\"}," answer
		if (i % 50 == 37) line = line ",{\"role\":\"system\",\"content\":\"新しい\"}," user "," answer
		if (i % 5 == 1) line = "{\"role\":\"system\",\"content\":\"Be brief. 簡潔に。\"}," line
		print "{\"messages\":[" line "]}"
	} }' >mixed.jsonl
	itdata ingest "$1" mixed.jsonl -q --max-rejects 10% >/dev/null
}
it 'each trainer trains on every row that was exported for it' '
	tokenizer=$srcdir/src/model/mini/tokenizer.json
	mixed m.db "${ROWS:-100000}" || exit 1
	for trainer in trl axolotl llama-factory torchtune openai; do
		itdata export m.db -o $trainer --for $trainer --shards 2 --json >said 2>err || exit 1
		DISABLE_VERSION_CHECK=1 "$PYTHON" "$srcdir/tests/reference/export_loaders.py" \
			$trainer $trainer "$tokenizer" >read 2>err || {
			echo "# $trainer did not load: $(tail -n 1 err)" >>"$work/told"
			continue; }
		echo "# skipped $(jq .skipped said), $(tail -n 1 read)" >>"$work/told"
		tail -n 1 read | jq -e ".rows == .ready and .untrained == 0 and .rows > 0" >said ||
			exit 1
		rm -rf $trainer "$work/hf"
	done
'
it 'what is not exported for a trainer is what it would not take' '
	mixed m.db 1000 && itdata export m.db -o all >said &&
	for trainer in axolotl llama-factory torchtune; do
		if DISABLE_VERSION_CHECK=1 "$PYTHON" "$srcdir/tests/reference/export_loaders.py" \
			$trainer all "$srcdir/src/model/mini/tokenizer.json" >read 2>err; then
			tail -n 1 read | jq -e ".ready < .rows or .untrained > 0" >said || exit 1
		else
			echo "# $trainer stops: $(tail -n 1 err)" >>"$work/told"
		fi
	done
'
cat "$work/told"
has transformers jinja2 || {
	echo "ok - skipped: PYTHON has no transformers and jinja2"
	finish
}
it 'a chat template of transformers gives the text that --format text writes' '
	made a.db && itdata export a.db -o m >said &&
	itdata export a.db -o t --format text --template chatml >said &&
	"$PYTHON" - <<-\END
	import json
	from transformers.utils.chat_template_utils import render_jinja_template
	template = ("{% for m in messages %}<|im_start|>{{ m.role }}\n"
	            "{% if m.role == \"assistant\" %}{% generation %}{{ m.content }}<|im_end|>{% endgeneration %}"
	            "{% else %}{{ m.content }}<|im_end|>{% endif %}{{ \"\\n\" }}{% endfor %}")
	chats = [json.loads(l)["messages"] for l in open("m/train-00000-of-00001.jsonl")]
	texts = [json.loads(l)["text"] for l in open("t/train-00000-of-00001.jsonl")]
	rendered, spans = render_jinja_template(chats, chat_template=template,
	                                        return_assistant_tokens_mask=True)
	assert rendered == texts
	for chat, text, span in zip(chats, texts, spans):
	    answers = [m["content"] + "<|im_end|>" for m in chat if m["role"] == "assistant"]
	    assert [text[a:b] for a, b in span] == answers
	END
'
finish
