"""The bench's transformer in PyTorch or JAX: `frameworks.py torch|jax`. For each line of standard input, the name of a
workload, runs it once and prints the milliseconds it took; first of all prints a line when all are compiled.

gradient   of the mean loss of 16 examples
costate    for these <direction, grad l_n>, and H direction, H being the Hessian of the mean loss
training   a step of AdamW at batch 64: gradient, clipping by the norm, update
"""

import os
import sys
import time

V, S, D, HEADS, FEED_FORWARD, LAYERS, B, TRAINING_B = 5000, 64, 128, 8, 512, 2, 16, 64
CLIP, RATE, BETA1, BETA2, EPSILON, DECAY = 1.0, 1e-6, 0.9, 0.99, 1e-8, 0.1


def shapes():
    yield "embedding", (V, D), 1.0
    yield "positions", (S, D), 1.0
    yield "head", (D, V), D**-0.5
    for i in range(LAYERS):
        for name in "qkvo":
            yield f"{i}.{name}", (D, D), D**-0.5
        yield f"{i}.in", (D, FEED_FORWARD), D**-0.5
        yield f"{i}.out", (FEED_FORWARD, D), FEED_FORWARD**-0.5
    for norm in ["norm"] + [f"{i}.{part}" for i in range(LAYERS) for part in ("a", "f")]:
        yield f"{norm}.gain", (D,), 1.0
        yield f"{norm}.bias", (D,), 0.0


def in_torch():
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(os.cpu_count())
    torch.manual_seed(1)
    theta = {name: torch.randn(shape) * scale for name, shape, scale in shapes()}
    direction = {name: torch.randn_like(value) for name, value in theta.items()}
    mask = torch.full((S, S), float("-inf")).triu(1)

    def normalised(theta, x, name):
        rms = (x.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt()
        return x / rms * theta[name + ".gain"] + theta[name + ".bias"]

    def losses(theta, tokens):
        batch = tokens.shape[0]
        h = theta["embedding"][tokens[:, :-1]] + theta["positions"]
        for i in range(LAYERS):
            x = normalised(theta, h, f"{i}.a")
            q, k, v = ((x @ theta[f"{i}.{n}"]).view(batch, S, HEADS, -1).transpose(1, 2) for n in "qkv")
            mixed = (q @ k.transpose(-1, -2) * (D // HEADS) ** -0.5 + mask).softmax(-1) @ v
            h = h + mixed.transpose(1, 2).reshape(batch, S, D) @ theta[f"{i}.o"]
            x = normalised(theta, h, f"{i}.f")
            h = h + (x @ theta[f"{i}.in"]).relu() @ theta[f"{i}.out"]
        logits = normalised(theta, h, "norm") @ theta["head"]
        each = F.cross_entropy(logits.reshape(-1, V), tokens[:, 1:].reshape(-1), reduction="none")
        return each.view(batch, S).mean(1)

    def both(theta, tokens):
        each = losses(theta, tokens)
        return each.mean(), each

    few, many = (torch.randint(1, V, (count, S + 1)) for count in (B, TRAINING_B))
    leaves = {name: value.clone().requires_grad_() for name, value in theta.items()}
    optimizer = torch.optim.AdamW(leaves.values(), RATE, (BETA1, BETA2), EPSILON, DECAY, foreach=True)
    gradient_and_losses = torch.func.grad(both, has_aux=True)

    def gradient():
        torch.autograd.grad(losses(leaves, few).mean(), list(leaves.values()))

    def costate():
        torch.func.jvp(lambda theta: gradient_and_losses(theta, few), (theta,), (direction,))

    def training():
        optimizer.zero_grad()
        losses(leaves, many).mean().backward()
        torch.nn.utils.clip_grad_norm_(leaves.values(), CLIP)
        optimizer.step()

    return {"gradient": gradient, "costate": costate, "training": training}


def in_jax():
    import jax
    import jax.numpy as jnp

    keys = iter(jax.random.split(jax.random.PRNGKey(1), 200))
    theta = {name: jax.random.normal(next(keys), shape) * scale for name, shape, scale in shapes()}
    direction = {name: jax.random.normal(next(keys), value.shape) for name, value in theta.items()}
    mask = jnp.triu(jnp.full((S, S), -jnp.inf), 1)

    def normalised(theta, x, name):
        rms = jnp.sqrt((x**2).mean(-1, keepdims=True) + 1e-5)
        return x / rms * theta[name + ".gain"] + theta[name + ".bias"]

    def losses(theta, tokens):
        batch = tokens.shape[0]
        h = theta["embedding"][tokens[:, :-1]] + theta["positions"]
        for i in range(LAYERS):
            x = normalised(theta, h, f"{i}.a")
            q, k, v = ((x @ theta[f"{i}.{n}"]).reshape(batch, S, HEADS, -1).transpose(0, 2, 1, 3) for n in "qkv")
            mixed = jax.nn.softmax(q @ k.transpose(0, 1, 3, 2) * (D // HEADS) ** -0.5 + mask) @ v
            h = h + mixed.transpose(0, 2, 1, 3).reshape(batch, S, D) @ theta[f"{i}.o"]
            x = normalised(theta, h, f"{i}.f")
            h = h + jax.nn.relu(x @ theta[f"{i}.in"]) @ theta[f"{i}.out"]
        logits = jax.nn.log_softmax(normalised(theta, h, "norm") @ theta["head"])
        return -jnp.take_along_axis(logits, tokens[:, 1:, None], -1)[..., 0].mean(1)

    def both(theta, tokens):
        each = losses(theta, tokens)
        return each.mean(), each

    few, many = (jax.random.randint(next(keys), (count, S + 1), 1, V) for count in (B, TRAINING_B))
    gradient_and_losses = jax.grad(both, has_aux=True)
    compiled_gradient = jax.jit(gradient_and_losses)
    compiled_costate = jax.jit(
        lambda theta, direction: jax.jvp(lambda theta: gradient_and_losses(theta, few), (theta,), (direction,))
    )

    def step(state, t):
        theta, m, v = state
        g, _ = gradient_and_losses(theta, many)
        norm = jnp.sqrt(sum((x**2).sum() for x in jax.tree.leaves(g)))
        g = jax.tree.map(lambda x: x * jnp.minimum(1, CLIP / norm), g)
        m = jax.tree.map(lambda m, x: BETA1 * m + (1 - BETA1) * x, m, g)
        v = jax.tree.map(lambda v, x: BETA2 * v + (1 - BETA2) * x * x, v, g)
        corrected, root = RATE / (1 - BETA1**t), (1 - BETA2**t) ** -0.5
        moved = lambda x, m, v: (1 - RATE * DECAY) * x - corrected * m / (jnp.sqrt(v) * root + EPSILON)
        return jax.tree.map(moved, theta, m, v), m, v

    compiled_step = jax.jit(step, donate_argnums=0)
    zeros = lambda: jax.tree.map(jnp.zeros_like, theta)
    state = {"now": (jax.tree.map(jnp.copy, theta), zeros(), zeros()), "t": 0}

    def training():
        state["t"] += 1
        state["now"] = jax.block_until_ready(compiled_step(state["now"], float(state["t"])))

    return {
        "gradient": lambda: jax.block_until_ready(compiled_gradient(theta, few)),
        "costate": lambda: jax.block_until_ready(compiled_costate(theta, direction)),
        "training": training,
    }


framework = sys.argv[1]
workloads = {"torch": in_torch, "jax": in_jax}[framework]()
for work in workloads.values():
    work()
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    workloads[line.strip()]()
    print(1000 * (time.perf_counter() - start), flush=True)
