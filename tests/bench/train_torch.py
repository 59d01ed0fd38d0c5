#!/usr/bin/env python3
"""train_torch.py LAYERS CHANNELS HEADS V ROWS T STEPS [KIND] - GPT-2 in PyTorch

Tied head, fused AdamW, gradients clipped; OMP_NUM_THREADS threads.  KIND: fp32
(eager), bf16 (eager under autocast), compile (fp32, torch.compile).  Time and
memory are measured from outside.
"""
import sys
import torch
import torch.nn.functional as F

L, C, H, V, B, T, STEPS = map(int, sys.argv[1:8])
KIND = sys.argv[8] if len(sys.argv) > 8 else "fp32"


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.n1, self.n2 = torch.nn.LayerNorm(C), torch.nn.LayerNorm(C)
        self.qkv, self.out = torch.nn.Linear(C, 3 * C), torch.nn.Linear(C, C)
        self.up, self.down = torch.nn.Linear(C, 4 * C), torch.nn.Linear(4 * C, C)

    def forward(self, x):
        q, k, v = self.qkv(self.n1(x)).view(B, T, 3, H, C // H).permute(
            2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(y.transpose(1, 2).reshape(B, T, C))
        return x + self.down(F.gelu(self.up(self.n2(x)), approximate="tanh"))


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.wte, self.wpe = torch.nn.Embedding(V, C), torch.nn.Embedding(T, C)
        self.blocks = torch.nn.ModuleList(Block() for _ in range(L))
        self.norm = torch.nn.LayerNorm(C)

    def forward(self, ids):
        x = self.wte(ids[:, :-1]) + self.wpe.weight
        for block in self.blocks:
            x = block(x)
        logits = self.norm(x) @ self.wte.weight.T
        return F.cross_entropy(logits.view(-1, V), ids[:, 1:].reshape(-1))


torch.manual_seed(1)
model = Model()
adamw = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
run = torch.compile(model) if KIND == "compile" else model
for _ in range(STEPS):
    ids = torch.randint(0, V, (B, T + 1))
    adamw.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=KIND == "bf16"):
        loss = run(ids)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    adamw.step()
