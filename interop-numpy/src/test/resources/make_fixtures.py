#!/usr/bin/env python3
"""Makes the files in npy/ with a real NumPy. Run again only to add some: they are the same bytes each time.

    python3 make_fixtures.py npy

<type>-<order>.npy    shape (2, 3, 4), element k (row-major) by value(): every type, byte order, C and F
v2.npy, v3.npy        format versions 2.0 and 3.0
scalar, empty, one    shapes (), (0, 3), (1,)
refused-*.npy         what NumPy writes and no tensor holds
arrays.npz, deflated.npz
headers.txt           how long the header is that NumPy writes: descr, order, shape, bytes
"""
import io
import os
import sys
import warnings

import numpy as np

OUT = sys.argv[1]
SHAPE = (2, 3, 4)
TYPES = ["|b1", "|i1", "|u1"] + [order + t for t in ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8") for order in "<>"]


def value(kind, size):
    k = np.arange(24)
    if kind == "b":
        return k % 3 == 0
    if kind == "i":
        return (k - 12) * (2 ** (8 * size - 1) // 12)
    if kind == "u":
        return k.astype(np.uint64) * np.uint64(2 ** (8 * size - (1 if size == 8 else 0)) // 24)
    return (k - 11) * 0.37


def name(t):
    return {"<": "le-", ">": "be-", "|": ""}[t[0]] + t[1:]


def save(file, array, version=None):
    with open(os.path.join(OUT, file), "wb") as f:
        np.lib.format.write_array(f, array, version=version)


os.makedirs(OUT, exist_ok=True)
warnings.simplefilter("ignore")
for t in TYPES:
    d = np.dtype(t)
    a = value(d.kind, d.itemsize).reshape(SHAPE).astype(d)
    save(name(t) + "-c.npy", a)
    save(name(t) + "-f.npy", np.asfortranarray(a))
f4 = value("f", 4).reshape(SHAPE).astype("<f4")
save("v2.npy", f4, (2, 0))
save("v3.npy", f4, (3, 0))
save("scalar.npy", np.array(2.5))
save("empty.npy", np.zeros((0, 3), "<i4"))
save("one.npy", np.array([7], "<i8"))
save("refused-uint64-large.npy", np.array([[1, 2], [2**63, 2**64 - 1]], "<u8"))
save("complex128.npy", np.array([1 + 2j]))
save("complex64-fortran.npy", np.asfortranarray((np.arange(6) * (1 - 1j)).reshape(2, 3).astype("c8")))
save("complex64-big.npy", np.array([1.5 - 2.5j, 3j], dtype=">c8"))
save("refused-object.npy", np.array([{"a": 1}, None], dtype=object))
save("refused-structured.npy", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]))
save("refused-unicode-names.npy", np.array([(1,)], dtype=[("\u00e9\u4e2d", "<i4")]), (3, 0))
save("refused-subarray.npy", np.zeros(1, dtype=[("a", "<f4", (2,))]))
save("refused-strings.npy", np.array(["a", "bc"]))
save("refused-bytes.npy", np.array([b"a", b"bc"]))
save("refused-void.npy", np.array([b"ab"], "V2"))
save("refused-dates.npy", np.array(["2025-01-01"], "M8[D]"))
save("refused-longdouble.npy", np.array([1], "g"))
np.savez(os.path.join(OUT, "arrays.npz"), **{"w": f4, "layer/b": np.arange(3), "f": np.asfortranarray(f4[0])})
np.savez_compressed(os.path.join(OUT, "deflated.npz"), zeros=np.zeros((50, 50)), w=f4)
with open(os.path.join(OUT, "headers.txt"), "w") as lengths:
    for descr in ("|u1", "<f4"):
        for fortran in (False, True):
            for rank in range(33):
                for size in (0, 1, 1234567, 2**40):
                    shape = (size,) + (1,) * (rank - 2) + (7,) * (rank > 1) if rank else ()
                    out = io.BytesIO()
                    np.lib.format.write_array_header_1_0(out, {"descr": descr, "fortran_order": fortran, "shape": shape})
                    order = "F" if fortran else "C"
                    print(descr, order, ",".join(map(str, shape)) or "scalar", len(out.getvalue()), file=lengths)
