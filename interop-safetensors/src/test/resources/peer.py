"""The other side of RealPythonTest: a reader and a writer of safetensors made of struct, json and NumPy alone, and the
reference implementation itself where it is installed.

describe FILE    name, type, shape and the values as hexadecimal float64s of each tensor, a line each, in the file's order
rewrite DIR      for each file of DIR: whether the tensors and metadata in it, written by the writer here, give its bytes
verdicts DIR     for each file of DIR: whether the reference implementation takes it; "absent" where there is none
"""
import json
import os
import struct
import sys

import numpy as np

sys.stdout.reconfigure(encoding="utf-8")
ORDER = "BOOL U8 I8 I16 U16 F16 BF16 I32 U32 F32 C64 F64 I64 U64".split()
NUMPY = {"BOOL": "|b1", "U8": "u1", "I8": "i1", "I16": "<i2", "U16": "<u2", "F16": "<f2", "BF16": "<u2", "I32": "<i4",
         "U32": "<u4", "F32": "<f4", "C64": "<c8", "F64": "<f8", "I64": "<i8", "U64": "<u8"}


def read(path):
    data = open(path, "rb").read()
    (n,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + n].decode("utf-8"))
    metadata = header.pop("__metadata__", None)
    tensors = {}
    for name, info in header.items():
        begin, end = info["data_offsets"]
        bits = np.frombuffer(data[8 + n + begin:8 + n + end], NUMPY[info["dtype"]])
        tensors[name] = (info["dtype"], info["shape"], bits)
    return metadata, tensors


def write(metadata, tensors):
    header, body = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for name in sorted(tensors, key=lambda k: (-ORDER.index(tensors[k][0]), k.encode("utf-8"))):
        dtype, shape, bits = tensors[name]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + bits.nbytes]}
        body += bits.tobytes()
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def describe(path):
    for name, (dtype, shape, bits) in read(path)[1].items():
        values = (bits.astype(np.uint32) << 16).view(np.float32) if dtype == "BF16" else bits
        values = values.view("<f4") if dtype == "C64" else values
        print(name, dtype, "x".join(map(str, shape)), values.astype("<f8").tobytes().hex())


def rewrite(directory):
    for file in sorted(os.listdir(directory)):
        path = os.path.join(directory, file)
        print(file, "same" if write(*read(path)) == open(path, "rb").read() else "DIFFERENT")


def verdicts(directory):
    try:
        from safetensors import safe_open
    except ImportError:
        print("absent")
        return
    for file in sorted(os.listdir(directory)):
        try:
            with safe_open(os.path.join(directory, file), "np") as f:
                f.keys()
            print(file, "taken")
        except Exception as e:
            print(file, "refused", str(e).replace("\n", " "))


globals()[sys.argv[1]](sys.argv[2])
