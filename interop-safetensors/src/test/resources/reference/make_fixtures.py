"""Writes the files beside it, by PyTorch 1.13 and the reference implementation of safetensors, 0.8.0; and prints what
LoadStateDictTest expects of them.

types.safetensors           a tensor of every type that PyTorch 1.13 has and the format has, and three unsigned ones
model.safetensors           the weights of a small network, each in another floating-point type
sharded/                    the same in two files and an index
"""
import json
import os

import numpy as np
import safetensors.torch
import torch
from safetensors import TensorSpec, serialize_file

here = os.path.dirname(os.path.abspath(__file__))


def types():
    t = {
        "bool": torch.tensor([[True, False, True], [False, True, True]]),
        "u8": torch.tensor([0, 127, 255], dtype=torch.uint8),
        "i8": torch.tensor([-128, -1, 127], dtype=torch.int8),
        "i16": torch.tensor([-32768, 32767], dtype=torch.int16),
        "i32": torch.tensor([[-(2**31)], [2**31 - 1]], dtype=torch.int32),
        "i64": torch.tensor([-(2**63), 2**63 - 1]),
        "f16": torch.tensor([1.5, -65504, 6e-8, float("inf")], dtype=torch.float16),
        "bf16": torch.tensor([1.5, -3e38, 1e-40, float("nan")], dtype=torch.bfloat16),
        "f32": torch.tensor([1.1, float("-inf")]),
        "f64": torch.tensor([1.1, 5e-324], dtype=torch.float64),
        "c64": torch.tensor([1 + 2j, -3.5j], dtype=torch.complex64),
        "scalar": torch.tensor(42, dtype=torch.int32),
        "empty": torch.zeros(3, 0, 2),
        "\u00e9 \U0001F600 \"quoted\"\\\n\x01": torch.tensor([7.0]),
    }
    arrays = {k: (str(v.dtype)[6:], list(v.shape), raw(v)) for k, v in t.items()}
    arrays["u16"] = ("uint16", [2], np.array([65535, 1], np.uint16))
    arrays["u32"] = ("uint32", [2], np.array([2**32 - 1, 1], np.uint32))
    arrays["u64"] = ("uint64", [2], np.array([2**63 - 1, 1], np.uint64))
    specs = {
        k: TensorSpec(dtype=dtype, shape=shape, data_ptr=a.ctypes.data, data_len=a.nbytes)
        for k, (dtype, shape, a) in arrays.items()
    }
    serialize_file(specs, os.path.join(here, "types.safetensors"), {"made by": "\u00e9 \"\\\n\x01"})


def raw(t):
    return t.view(torch.int16).numpy() if t.dtype == torch.bfloat16 else t.numpy()


def network():
    return torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3))


def model():
    torch.manual_seed(1)
    state = network().state_dict()
    for name, dtype in zip(state, [torch.bfloat16, torch.float16, torch.float64, torch.float32]):
        state[name] = state[name].to(dtype)
    safetensors.torch.save_file(state, os.path.join(here, "model.safetensors"), {"format": "pt"})
    os.makedirs(os.path.join(here, "sharded"), exist_ok=True)
    files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    weight_map = {}
    for file, names in zip(files, [["0.weight", "2.bias"], ["0.bias", "2.weight"]]):
        safetensors.torch.save_file({n: state[n] for n in names}, os.path.join(here, "sharded", file), {"format": "pt"})
        weight_map.update({n: file for n in names})
    with open(os.path.join(here, "sharded", "model.safetensors.index.json"), "w") as f:
        json.dump({"metadata": {"total_size": 182, "format": "pt"}, "weight_map": weight_map}, f, indent=2)

    net = network()
    net.load_state_dict(safetensors.torch.load_file(os.path.join(here, "model.safetensors")))
    print({k: v.flatten()[:2].tolist() for k, v in net.state_dict().items()})
    x = torch.linspace(-1, 1, 8).reshape(2, 4)
    y = torch.tensor([0, 2])
    print("output", net(x).tolist())
    sgd = torch.optim.SGD(net.parameters(), 0.5)
    for _ in range(5):
        sgd.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(x), y)
        loss.backward()
        sgd.step()
        print("loss", loss.item())


types()
model()
