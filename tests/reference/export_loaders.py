#!/usr/bin/env python3
"""Read an export folder as a trainer does, and say what is left of it.

    export_loaders.py TRAINER FOLDER TOKENIZER.json

TRAINER is trl, axolotl, llama-factory, torchtune or openai.  Prints one object:
rows in the manifest, rows that the trainer's own code has ready for training
after all of its checks and filters, and tokens that are trained on.  The code
that reads is the trainer's (PyPI: trl, axolotl, llamafactory, torchtune); for
openai there is no loader, so the checks that its documentation publishes are
written down here.
"""
import glob
import json
import sys
import types

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] }}<|im_end|>"
    "{% endgeneration %}{% else %}{{ m['content'] }}<|im_end|>{% endif %}\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
# What the templates of Mistral and Gemma check.
STRICT = (
    "{% set s = 1 if messages[0]['role'] == 'system' else 0 %}{% for m in messages[s:] %}"
    "{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}{% endfor %}")


def shards(folder, split="train"):
    return sorted(glob.glob(f"{folder}/{split}-*-of-*"))


def tokenizer_of(path):
    from transformers import PreTrainedTokenizerFast
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=path, eos_token="<|im_end|>", pad_token="<|im_end|>")
    tokenizer.add_special_tokens(
        {"additional_special_tokens": ["<|im_start|>"]})
    tokenizer.chat_template = STRICT + TEMPLATE
    return tokenizer


def rows_of(folder):
    from datasets import load_dataset
    kind = "parquet" if shards(folder)[0].endswith("parquet") else "json"
    return load_dataset(kind, data_files=shards(folder), split="train")


def trl(folder, tokenizer):
    from trl import SFTConfig, SFTTrainer
    data = rows_of(folder)
    args = SFTConfig(output_dir=folder + ".trl", report_to=[], bf16=False, use_cpu=True,
                     assistant_only_loss="messages" in data.column_names)
    trainer = types.SimpleNamespace(
        _tokenizer=tokenizer, chat_template=tokenizer.chat_template,
        completion_only_loss="prompt" in data.column_names)
    ready = SFTTrainer._prepare_dataset(trainer, data, tokenizer, args, False, None, "train")
    return [r["labels"] for r in ready]


def axolotl(folder, tokenizer):
    from axolotl.datasets import wrap_dataset_for_tokenized_prompt
    from axolotl.prompt_strategies.chat_template import load
    from axolotl.utils.data.utils import handle_long_seq_in_dataset
    from axolotl.utils.dict import DictDefault
    from axolotl.utils.trainer import process_datasets_for_packing
    cfg = DictDefault({"sequence_len": 4096, "train_on_inputs": False,
                       "chat_template": "tokenizer_default", "min_sample_len": 2,
                       "dataset_num_proc": 1})
    data = rows_of(folder)
    field = {}
    if "conversations" in data.column_names:
        field = {"field_messages": "conversations",
                 "message_property_mappings": {"role": "from", "content": "value"}}
    strategy = load(tokenizer, cfg, {"type": "chat_template", **field})
    ready = wrap_dataset_for_tokenized_prompt(strategy, data, process_count=1)
    ready = handle_long_seq_in_dataset(ready, 4096, cfg)
    ready, _ = process_datasets_for_packing(cfg, ready, None)
    return [r["labels"] for r in ready]


def llama_factory(folder, tokenizer):
    from llamafactory.data.loader import _load_single_dataset
    from llamafactory.data.parser import get_dataset_list
    from llamafactory.data.processor import SupervisedDatasetProcessor
    from llamafactory.data.template import get_template_and_fix_tokenizer
    from llamafactory.hparams import DataArguments, ModelArguments
    from transformers import Seq2SeqTrainingArguments
    model = ModelArguments(model_name_or_path="none")
    args = DataArguments(dataset_dir=folder, template="default", cutoff_len=4096)
    training = Seq2SeqTrainingArguments(output_dir=folder + ".lf", report_to=[], use_cpu=True)
    template = get_template_and_fix_tokenizer(tokenizer, args)
    processor = SupervisedDatasetProcessor(template, tokenizer, None, args)
    names = [n for n in json.load(open(folder + "/dataset_info.json")) if n.startswith("train")]
    labels = []
    for attributes in get_dataset_list(names, folder):
        data = _load_single_dataset(attributes, model, args, training)
        for at in range(0, len(data), 1000):
            labels += processor.preprocess_dataset(data[at:at + 1000])["labels"]
    return labels


def torchtune(folder, tokenizer):
    # torchao moved this module; nothing of it is used to read data
    stand_in = types.ModuleType("torchao.dtypes.nf4tensor")
    stand_in.NF4Tensor = type("NF4Tensor", (), {})
    stand_in.to_nf4 = stand_in.linear_nf4 = None
    stand_in._INNER_TENSOR_NAMES_FOR_SHARDING = []
    sys.modules["torchao.dtypes.nf4tensor"] = stand_in
    from torchtune.data import AlpacaToMessages, OpenAIToMessages, ShareGPTToMessages
    from torchtune.datasets import SFTDataset

    def model_transform(sample):
        tokens, mask = [], []
        for message in sample["messages"]:
            ids = tokenizer.encode(message.text_content, add_special_tokens=False)
            ids.append(tokenizer.eos_token_id)
            tokens += ids
            mask += [message.masked] * len(ids)
        return {"tokens": tokens, "mask": mask}

    first = set(rows_of(folder).column_names)
    transform = (OpenAIToMessages() if "messages" in first
                 else ShareGPTToMessages() if "conversations" in first
                 else AlpacaToMessages(train_on_input=False))
    data = SFTDataset(source="json", data_files=shards(folder), split="train",
                      message_transform=transform, model_transform=model_transform)
    return [data[i]["labels"] for i in range(len(data))]


def openai(folder, tokenizer):
    labels = []
    lines = [line for f in shards(folder) for line in open(f, encoding="utf-8")]
    assert len(lines) >= 10, "fewer than 10 examples"
    for line in lines:
        row = json.loads(line)
        assert set(row) == {"messages"} and row["messages"], line
        for message in row["messages"]:
            assert set(message) == {"role", "content"}, line
            assert message["role"] in ("system", "user", "assistant", "developer"), line
            assert isinstance(message["content"], str) and message["content"], line
        assert row["messages"][-1]["role"] == "assistant", line
        labels.append(tokenizer.encode(row["messages"][-1]["content"]))
    return labels


def main():
    trainer, folder, path = sys.argv[1:]
    manifest = json.load(open(folder + "/manifest.json"))
    rows = sum(s["rows"] for s in manifest["splits"] if s["name"] == "train")
    read = {"trl": trl, "axolotl": axolotl, "llama-factory": llama_factory,
            "torchtune": torchtune, "openai": openai}[trainer]
    labels = read(folder, tokenizer_of(path))
    trained = [sum(1 for t in row if t != -100) for row in labels]
    print(json.dumps({"trainer": trainer, "rows": rows, "ready": len(labels),
                      "untrained": sum(1 for n in trained if n == 0),
                      "trained_tokens": sum(trained)}))


if __name__ == "__main__":
    main()
