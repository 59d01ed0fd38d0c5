#!/usr/bin/env python3
"""causal_parity.py OUT - what PyTorch and transformers say about small models

Makes OUT/{llama,qwen2,gpt2}/ (random models as transformers saves them) and
OUT/{llama,qwen2,gpt2}.txt with numbers that itdata has to reproduce:

    row N id...        one sequence
    logit N T v...     logits after token T of row N
    loss v             mean over all predictions of both rows
    grad NAME v        L2 norm of the gradient of each tensor
    step K v           loss before AdamW step K (lr .01, betas .9 .95, wd .1 on
                       matrices, no clipping)
    greedy id...       the prompt (first 4 of row 0) and 12 greedy tokens

Made with torch 2.13.0 and transformers 5.24.0 on a CPU, fp32.
"""
import os
import sys
import torch
from transformers import (GPT2Config, GPT2LMHeadModel, LlamaConfig,
                          LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM)

V, T = 53, 24


def models():
    torch.manual_seed(1)
    llama = dict(vocab_size=V, hidden_size=16, intermediate_size=24,
                 num_hidden_layers=2, num_attention_heads=4,
                 num_key_value_heads=2, max_position_embeddings=64,
                 initializer_range=0.2, bos_token_id=None, eos_token_id=None)
    yield "llama", LlamaForCausalLM(LlamaConfig(
        **llama, tie_word_embeddings=True, rms_norm_eps=1e-5))
    yield "qwen2", Qwen2ForCausalLM(Qwen2Config(
        **llama, tie_word_embeddings=False, rope_theta=1e6))
    yield "gpt2", GPT2LMHeadModel(GPT2Config(
        vocab_size=V, n_embd=16, n_layer=2, n_head=4, n_positions=64,
        resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, initializer_range=0.2,
        bos_token_id=None, eos_token_id=None))


def loss_of(model, ids):
    logits = model(ids).logits
    return torch.nn.functional.cross_entropy(
        logits[:, :-1].reshape(-1, V), ids[:, 1:].reshape(-1)), logits


def write(out, name, model):
    for p in model.parameters():  # biases and gains that are not 0 and 1
        if p.dim() == 1:
            p.data += 0.1 * torch.randn_like(p)
    model.eval()
    model.save_pretrained(f"{out}/{name}")
    os.remove(f"{out}/{name}/generation_config.json")
    ids = torch.randint(0, V, (2, T))
    with open(f"{out}/{name}.txt", "w") as f:
        for n in range(2):
            print("row", n, *ids[n].tolist(), file=f)
        loss, logits = loss_of(model, ids)
        for n, t in ((0, 0), (0, 9), (1, T - 1)):
            print("logit", n, t, *(f"{x:.7g}" for x in logits[n, t].tolist()),
                  file=f)
        print(f"loss {loss.item():.8g}", file=f)
        loss.backward()
        for key, p in model.named_parameters():
            print("grad", key, f"{p.grad.norm().item():.7g}", file=f)
        greedy = model.generate(ids[:1, :4], max_new_tokens=12,
                                do_sample=False, eos_token_id=None,
                                pad_token_id=0)
        groups = [{"params": [p for p in model.parameters()
                              if (p.dim() > 1) == matrix],
                   "weight_decay": 0.1 if matrix else 0}
                  for matrix in (True, False)]
        adamw = torch.optim.AdamW(groups, lr=0.01, betas=(0.9, 0.95))
        for step in range(1, 6):
            adamw.zero_grad()
            loss, _ = loss_of(model, ids)
            print(f"step {step} {loss.item():.8g}", file=f)
            loss.backward()
            adamw.step()
        print("greedy", *greedy[0].tolist(), file=f)


if __name__ == "__main__":
    for name, model in models():
        write(sys.argv[1], name, model)
