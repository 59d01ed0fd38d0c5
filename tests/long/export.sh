# export.sh - other people's loaders read what export wrote
#
# PYTHON names a python with datasets and zstandard of PyPI, and for the
# chat template transformers and jinja2.  What is not there is skipped, and said.
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
