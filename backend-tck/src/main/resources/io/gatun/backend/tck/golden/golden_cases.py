"""What the generators share: operands, cases, and the two files.

cases.jsonl holds a JSON object a line:
  id      the case; golden.npz holds its arrays as "<id>/<key>"
  op      the PyTorch name: torch.X, torch.Tensor.X, or torch.nn.functional.X
  args    keyword arguments, in the order of PyTorch's signature ("dim", "keepdim", ...)
  in      keys of the tensor inputs, in call order; `list` says they are passed as one list
  out     keys of the outputs
  grad    inputs with a gradient in the file under "grad_<key>", for the upstream
          gradient stored under "gout_<output>" (absent where PyTorch has none)
  rtol, atol   the tolerances a correct implementation meets with room to spare
  tag     a remark; one that begins with "kink" says that the operator is not smooth here, so that finite
          differences say nothing about the gradient
  error   present instead of out: PyTorch refuses this call
Inputs are C-contiguous; a runner should also try every case on transposed, sliced and
offset views that hold the same values.
"""
import json, os, sys
import numpy as np
import torch

OUT = sys.argv[1]
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
os.makedirs(OUT, exist_ok=True)
rng = np.random.default_rng(SEED)
torch.manual_seed(SEED)
cases, counter, arrays = [], {}, {}

F32, F64 = np.float32, np.float64
DT = {F32: "f32", F64: "f64", np.int32: "i32", np.int64: "i64", np.uint8: "u8", np.bool_: "bool", np.int8: "i8", np.int16: "i16", np.float16: "f16"}


def dims(*base):
    """A shape near `base`, jittered by the seed, so that another seed is another case."""
    return tuple(int(d if d in (0, 1) or SEED == 1 else max(2, d + rng.integers(-1, 3))) for d in base)


def r(*shape, dt=F32, lo=-2.0, hi=2.0):
    return (rng.random(shape) * (hi - lo) + lo).astype(dt)


def ri(*shape, lo=0, hi=10, dt=np.int64):
    return rng.integers(lo, hi, shape).astype(dt)


def rb(*shape):
    return rng.random(shape) > 0.5


def case(op, fn, inputs, args=None, grad=True, aslist=False, rtol=None, atol=None, names=None, tag=""):
    args = args or {}
    keys = names or [chr(ord("a") + i) for i in range(len(inputs))]
    counter[op] = counter.get(op, 0) + 1
    cid = f"{op.replace('.', '_')}_{counter[op]:02d}"
    floats = [x.dtype.kind == "f" for x in inputs]
    dts = [x.dtype for x in inputs if x.dtype.kind == "f"]
    low = any(d == np.float16 for d in dts)
    single = any(d == np.float32 for d in dts)
    rec = {"id": cid, "op": op, "args": args, "in": keys, "list": aslist,
           "rtol": rtol if rtol is not None else (1e-2 if low else 2e-5 if single else 1e-10),
           "atol": atol if atol is not None else (1e-3 if low else 2e-6 if single else 1e-12)}
    if tag:
        rec["tag"] = tag
    ts = [torch.from_numpy(np.array(x)) for x in inputs]
    for t, fl in zip(ts, floats):
        if grad and fl:
            t.requires_grad_(True)
    data = dict(zip(keys, inputs))
    try:
        out = fn(ts, **args) if aslist else fn(*ts, **args)
    except (RuntimeError, IndexError, ValueError, TypeError) as e:
        rec["error"] = type(e).__name__
        cases.append(rec)
        keep(cid, data)
        return
    outs = list(out) if isinstance(out, (tuple, list)) else [out]
    rec["out"] = [f"y{i}" for i in range(len(outs))]
    for k, o in zip(rec["out"], outs):
        o = o.detach() if torch.is_tensor(o) else torch.tensor(o)
        data[k] = o.contiguous().numpy()
    rec["grad"] = []
    diff = [(k, o) for k, o in zip(rec["out"], outs) if torch.is_tensor(o) and o.requires_grad]
    if grad and diff:
        total = 0
        for k, o in diff:
            g = torch.from_numpy(np.asarray(r(*o.shape, dt=F64)).reshape(o.shape)).to(o.dtype)
            data["gout_" + k] = g.numpy()
            total = total + (o * g).sum()
        try:
            total.backward()
        except RuntimeError as e:
            raise RuntimeError(f"{cid}: PyTorch has no gradient here: {e}") from e
        for k, t in zip(keys, ts):
            if t.grad is not None:
                rec["grad"].append(k)
                data["grad_" + k] = t.grad.contiguous().numpy()
    keep(cid, data)
    cases.append(rec)


def keep(cid, data):
    for k, v in data.items():
        arrays[f"{cid}/{k}"] = v


def T(name):
    return getattr(torch, name)


POS = dict(lo=0.05, hi=4.0)
UNIT = dict(lo=-0.95, hi=0.95)
sp = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e-40, 3e38, -1e-38, 88.7, -104.0], F32)


def save():
    np.savez_compressed(os.path.join(OUT, "golden.npz"), **arrays)
    with open(os.path.join(OUT, "cases.jsonl"), "w") as f:
        for c in cases:
            f.write(json.dumps(c, separators=(",", ":")) + "\n")
    print(len(cases), "cases,", len(counter), "ops,", sum("error" in c for c in cases), "refused:", [c["id"] for c in cases if "error" in c])
