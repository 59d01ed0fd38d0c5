#!/usr/bin/env python3
"""train_torch.py LAYERS CHANNELS HEADS V ROWS T STEPS - GPT-2 steps in PyTorch

Eager fp32, fused AdamW, tied head, two threads (OMP_NUM_THREADS).  Prints the
CPU seconds and the wall seconds of STEPS steps after two to warm up, and the
peak resident memory in MiB.
"""
import resource
import sys
import time
import torch
import torch.nn.functional as F

L, C, H, V, B, T, STEPS = map(int, sys.argv[1:8])


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


def step():
    ids = torch.randint(0, V, (B, T + 1))
    adamw.zero_grad(set_to_none=True)
    model(ids).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    adamw.step()


def cpu():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


step()
step()
c, w = cpu(), time.time()
for _ in range(STEPS):
    step()
print(f"{cpu() - c:.3f} {time.time() - w:.3f} "
      f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}")
