"""The gradient of the published transformer at batch 16 in PyTorch: median milliseconds of 15 runs."""

import os
import time

import torch
import torch.nn.functional as F

V, S, D, HEADS, FEED_FORWARD, LAYERS, B = 5000, 64, 128, 8, 512, 2, 16
torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)


def linear(inputs, outputs):
    bound = inputs**-0.5
    return torch.empty(inputs, outputs).uniform_(-bound, bound)


theta = {"embedding": torch.randn(V, D), "positions": torch.randn(S, D), "head": linear(D, V)}
for norm in ["norm"] + [f"{i}.{part}" for i in range(LAYERS) for part in ("a", "f")]:
    theta[norm + ".gain"], theta[norm + ".bias"] = torch.ones(D), torch.zeros(D)
for i in range(LAYERS):
    for name in "qkvo":
        theta[f"{i}.{name}"] = linear(D, D)
    theta[f"{i}.in"], theta[f"{i}.out"] = linear(D, FEED_FORWARD), linear(FEED_FORWARD, D)
theta = {name: value.requires_grad_() for name, value in theta.items()}
parameters = list(theta.values())
tokens = torch.randint(1, V, (B, S + 1))
mask = torch.full((S, S), float("-inf")).triu(1)


def normalised(x, name):
    rms = (x.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt()
    return x / rms * theta[name + ".gain"] + theta[name + ".bias"]


def loss():
    h = theta["embedding"][tokens[:, :-1]] + theta["positions"]
    for i in range(LAYERS):
        x = normalised(h, f"{i}.a")
        q, k, v = ((x @ theta[f"{i}.{n}"]).view(B, S, HEADS, -1).transpose(1, 2) for n in "qkv")
        mixed = (q @ k.transpose(-1, -2) * D**-0.5 + mask).softmax(-1) @ v
        h = h + mixed.transpose(1, 2).reshape(B, S, D) @ theta[f"{i}.o"]
        x = normalised(h, f"{i}.f")
        h = h + (x @ theta[f"{i}.in"]).relu() @ theta[f"{i}.out"]
    logits = normalised(h, "norm") @ theta["head"]
    return F.cross_entropy(logits.reshape(-1, V), tokens[:, 1:].reshape(-1))


times = []
for _ in range(17):
    start = time.perf_counter()
    torch.autograd.grad(loss(), parameters)
    times.append(1000 * (time.perf_counter() - start))
print(sorted(times[2:])[7])
