"""What tools/gpu-check measures in PyTorch, in turns with ours: answers each line of its input by one line.

  version             PyTorch's version and device; an error if there is no PyTorch that sees a GPU
  prepare NAME ...    makes what a step needs: one of the functions below, and its arguments
  time COUNT          the seconds of so many steps, queued one after another, with one wait at the end
  release             forgets it, and gives memory back
"""

import sys
import time

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as missing:
    torch = None
    reason = str(missing)

STEPS = {}


def step(function):
    """A function of (dtype, integers) that gives what one step does."""
    STEPS[function.__name__] = function
    return function


def random(dtype, *shape):
    return torch.rand(*shape, dtype=dtype, device="cuda")


def normal(dtype, *shape):
    return torch.randn(*shape, dtype=dtype, device="cuda")


def of_one(name, function):
    def prepare(dtype, *shape):
        x = random(dtype, *shape)
        return lambda: function(x)

    STEPS[name] = prepare


def of_rows(name, function):
    def prepare(dtype, rows, columns):
        x = normal(dtype, rows, columns)
        return lambda: function(x)

    def prepare_gradient(dtype, rows, columns):
        x = normal(dtype, rows, columns).requires_grad_()
        gradient = function(x).detach().clone()

        def run():
            x.grad = None
            y = function(x)
            y.backward(gradient if y.dim() > 0 else None)

        return run

    STEPS[name] = prepare
    STEPS[name + "_gradient"] = prepare_gradient


def define():
    of_one("copy", lambda x: x.clone())
    of_one("scale", lambda x: x * 1.5)
    of_one("exp", torch.exp)
    of_one("gelu", F.gelu)
    of_one("to_bf16", lambda x: x.to(torch.bfloat16))
    of_one("transposed_copy", lambda x: x.t().contiguous())
    of_one("add_row", lambda x: x + x[:1])
    of_one("sum_all", torch.sum)
    of_one("sum_rows", lambda x: x.sum(1))
    of_one("sum_columns", lambda x: x.sum(0))
    of_one("amax_rows", lambda x: x.amax(1))
    of_one("add_item", lambda x: (x + x)[0].item())
    of_rows("softmax", lambda x: x.softmax(-1))
    of_rows("layer_norm", lambda x: F.layer_norm(x, (x.shape[-1],)))
    # the classes are made anew each time, as ours are
    of_rows("cross_entropy", lambda x: F.cross_entropy(x, torch.arange(x.shape[0], device="cuda") % x.shape[1]))


@step
def add(dtype, count):
    x, y = random(dtype, count), random(dtype, count)
    return lambda: x + y


@step
def chain(dtype, count):
    x = random(dtype, count)

    def run():
        y = x
        for _ in range(10):
            y = y + x

    return run


@step
def product(dtype, batch, side, transposed):
    shape = (side, side) if batch == 1 else (batch, side, side)
    x, y = normal(dtype, *shape), normal(dtype, *shape)
    y = y.transpose(-1, -2) if transposed else y
    return lambda: x @ y


@step
def product_tf32(dtype, batch, side, transposed):
    torch.backends.cuda.matmul.allow_tf32 = True
    return product(dtype, batch, side, transposed)


@step
def adam(dtype, tensors, each):
    parameters = [normal(dtype, each).requires_grad_() for _ in range(tensors)]
    for parameter in parameters:
        parameter.grad = torch.full_like(parameter, 0.5)
    optimizer = torch.optim.Adam(parameters, lr=1e-3, fused=True)
    return optimizer.step


@step
def attention(dtype, batch, heads, length, width, causal):
    q, k, v = (normal(dtype, batch, heads, length, width) for _ in range(3))
    return lambda: F.scaled_dot_product_attention(q, k, v, is_causal=bool(causal))


@step
def attention_gradient(dtype, batch, heads, length, width, causal):
    operands = [normal(dtype, batch, heads, length, width).requires_grad_() for _ in range(3)]
    gradient = normal(dtype, batch, heads, length, width)

    def run():
        for operand in operands:
            operand.grad = None
        F.scaled_dot_product_attention(*operands, is_causal=bool(causal)).backward(gradient)

    return run


def training(model, scores, classes):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)

    def run():
        loss = F.cross_entropy(scores(), classes)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return run


@step
def mlp(width, batch):
    model = nn.Sequential(
        nn.Linear(784, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 10)
    ).cuda()
    x = normal(torch.float32, batch, 784)
    return training(model, lambda: model(x), torch.randint(10, (batch,), device="cuda"))


@step
def cnn(batch):
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, 10),
    ).cuda()
    x = normal(torch.float32, batch, 1, 28, 28)
    return training(model, lambda: model(x), torch.randint(10, (batch,), device="cuda"))


@step
def gpt(layers, width, heads, length, batch, alphabet):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.attended, self.mixed = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

        def forward(self, x):
            split = self.attended(self.norm1(x)).view(batch, length, 3, heads, width // heads)
            q, k, v = split.permute(2, 0, 3, 1, 4)
            seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            y = x + self.mixed(seen.transpose(1, 2).flatten(2, 3))
            return y + self.narrow(F.gelu(self.wide(self.norm2(y))))

    class Gpt(nn.Module):
        def __init__(self):
            super().__init__()
            self.words, self.places = nn.Embedding(alphabet, width), nn.Embedding(length, width)
            self.blocks = nn.Sequential(*(Block() for _ in range(layers)))
            self.norm, self.scores = nn.LayerNorm(width), nn.Linear(width, alphabet)

        def forward(self, tokens):
            x = self.words(tokens) + self.places(torch.arange(length, device="cuda"))
            return self.scores(self.norm(self.blocks(x)))

    model = Gpt().cuda().to(torch.bfloat16)
    text = torch.randint(alphabet, (batch, length + 1), device="cuda")
    tokens, following = text[:, :-1].contiguous(), text[:, 1:].flatten()
    return training(model, lambda: model(tokens).flatten(0, 1), following)


def prepared(name, *arguments):
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.manual_seed(1)
    values = [int(a) if a.isdigit() else getattr(torch, a) for a in arguments]
    run = STEPS[name](*values)
    for _ in range(3):
        run()
    torch.cuda.synchronize()
    return run


def seconds(run, count):
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(count):
        run()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def main():
    if torch is not None and torch.cuda.is_available():
        define()
    run = None
    for line in sys.stdin:
        command, *arguments = line.split()
        try:
            if torch is None or not torch.cuda.is_available():
                raise RuntimeError("PyTorch sees no GPU" if torch is not None else reason)
            if command == "version":
                answer = f"{torch.__version__} on {torch.cuda.get_device_name(0)}"
            elif command == "prepare":
                run = None
                run = prepared(*arguments)
                answer = "ready"
            elif command == "time":
                answer = repr(seconds(run, int(arguments[0])))
            else:
                run = None
                torch.cuda.empty_cache()
                answer = "released"
        except Exception as error:  # said in the table, in place of a figure
            answer = "error: " + (str(error).strip() or type(error).__name__).split("\n")[0]
        print(answer, flush=True)


main()
