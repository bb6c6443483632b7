"""The other side of RealNumPyTest: one run of NumPy for many files, since each start of it costs.

write DIR     writes <type>-<shape>-<order>-<version>.npy for every type, byte order, some shapes, C and F, and format
              version; and beside each a .raw with the row-major bytes of the same values in the dtype that Gatun reads
resave DIR    for each line "NAME VIEW" of DIR/views: loads NAME.npy, takes the view, and says whether np.save gives the
              bytes of NAME.VIEW.npy, which Gatun saved
headers DIR   for each NNN.npy: what NumPy's reader makes of the header, on a line
spellings DIR prints many a value of 'descr', as a literal, and what NumPy's reader makes of it, with a tab between
memmap DIR    maps shared.npy, and then does what it is told, line by line: "get I" prints an element, "set I V" changes one
archives DIR  writes <type>.npz, stored, and <type>-deflated.npz for every type and byte order, with an array in C and one
              in F order, and one .raw as above for both; and numpy.npz with those of all types that Gatun has
npz DIR       whether java.npz and deflated.npz hold what numpy.npz holds
grown DIR     whether grown.npy has the bytes that np.save gives for the array in it, and appended.npy its own twice
"""
import io
import os
import sys
import warnings

import numpy as np

try:
    import numpy.lib._format_impl as FORMAT
except ImportError:  # NumPy 1 and 2.0
    import numpy.lib.format as FORMAT
warnings.simplefilter("ignore")
SHAPES = [(), (1,), (5,), (0,), (3, 4), (2, 0, 3), (1, 7, 1), (2, 3, 4), (13, 11, 7)]
TYPES = ["|b1", "|i1", "|u1"] + [o + t for t in ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16") for o in "<>"]
READ_AS = {"u2": "<i4", "u4": "<i8", "u8": "<i8"}
VIEWS = {
    "same": lambda a: a,
    "transposed": lambda a: a.T,
    "rolled": lambda a: np.moveaxis(a, 0, -1),
    "stepped": lambda a: a[..., ::2],
    "inner": lambda a: a[..., 1:-1],
    "last": lambda a: a[-1],
    "expanded": lambda a: np.broadcast_to(a, (3,) + a.shape),
}


def array(rng, t, shape):
    d = np.dtype(t)
    raw = rng.integers(0, 256, int(np.prod(shape)) * d.itemsize, dtype=np.uint8)
    a = (raw % 2 if d.kind == "b" else raw).view(d).reshape(shape)
    return (a & np.uint64(2**63 - 1)).astype(d) if t[1:] == "u8" else a


def file_name(t):
    return t.replace("<", "le").replace(">", "be").replace("|", "")


def raw_bytes(a):
    return a.astype(READ_AS.get(a.dtype.str[1:], a.dtype.newbyteorder("<"))).tobytes("C")


def write(directory):
    rng = np.random.default_rng(7)
    for t in TYPES:
        for shape in SHAPES:
            a = array(rng, t, shape)
            for order in "CF":
                for version in (1, 2, 3):
                    name = "-".join([file_name(t), "x".join(map(str, shape)), order, str(version)])
                    with open(os.path.join(directory, name + ".npy"), "wb") as f:
                        np.lib.format.write_array(f, np.array(a, order=order), version=(version, 0))
                    with open(os.path.join(directory, name + ".raw"), "wb") as f:
                        f.write(raw_bytes(a))


def archives(directory):
    rng = np.random.default_rng(8)
    every = {}
    for t in TYPES:
        a = array(rng, t, (3, 5))
        if t[0] != ">" and t[1:] not in READ_AS:
            every.update({"c/" + t[1:]: a, "f/" + t[1:]: np.asfortranarray(a)})
        name = os.path.join(directory, file_name(t))
        np.savez(name, c=a, f=np.asfortranarray(a))
        np.savez_compressed(name + "-deflated", c=a, f=np.asfortranarray(a))
        with open(name + ".raw", "wb") as f:
            f.write(raw_bytes(a))
    np.savez(os.path.join(directory, "numpy"), **every)


def resave(directory):
    for line in open(os.path.join(directory, "views")):
        name, view = line.split()
        a = np.load(os.path.join(directory, name + ".npy"))
        a = a.astype(READ_AS.get(a.dtype.str[1:], a.dtype.newbyteorder("=")), order="K", copy=False)
        expected = io.BytesIO()
        np.save(expected, VIEWS[view](a))
        actual = open(os.path.join(directory, name + "." + view + ".npy"), "rb").read()
        loaded = np.load(io.BytesIO(actual))
        same = expected.getvalue() == actual and loaded.tobytes() == VIEWS[view](a).tobytes()
        print(name, view, "same" if same else "DIFFERENT")


def header_verdict(read):
    """What NumPy makes of a header: a plain type, order and shape; "compound"; or "refused"."""
    try:
        shape, fortran, dtype = read()
        kind = dtype.str if dtype.names is None and dtype.subdtype is None else "compound"
        return " ".join([kind, "F" if fortran else "C", "x".join(str(int(n)) for n in shape) or "scalar"])
    except Exception as e:
        return "refused " + type(e).__name__


def headers(directory):
    def read(f):
        version = np.lib.format.read_magic(f)
        np.lib.format._check_version(version)
        return FORMAT._read_array_header(f, version)

    for file in sorted(f for f in os.listdir(directory) if f.endswith(".npy")):
        with open(os.path.join(directory, file), "rb") as f:
            print(file, header_verdict(lambda: read(f)))


def spellings(directory):
    """All strings of one and two characters, many of three, every registered name; with orders, sizes, shapes; in tuples."""
    letters = [chr(i) for i in range(128)]
    few = "<>=|ifucbgO?Vm128 ,()+-[].\f\x05"
    names = [str(name) for name in np.sctypeDict] + dir(np)
    names += [kind + str(size) for kind in "?abBcCdDeEfFgGhHiIlLmMnNOpPqQsStTuUvVwxyz" for size in range(34)]
    texts = letters + [chr(i) for i in range(128, 256)] + [a + b for a in letters for b in letters]
    texts += [a + b + c for a in few for b in few for c in few]
    texts += [order + name for order in ["", "<", ">", "=", "|", " ", "1", "()", "<()", "()>", "=()<", "<()>", "() "] for name in names]
    texts += [name + end for name in names for end in [" ", ",", ", ", "[]", "\n", "\0", "(1)"]]
    texts += ["f+4", "f 04", "f\t4", "f-4", "f4.0", "i 0x4", "u+ 2", "f99999999999", "i18446744073709551620", "M8[s]", "m8[3D]",
              "f\u0664", "()()f4", "()f4,", "()1f4", "f4,f4", "(2,2)f4", "(1,)f4"]
    texts += ["bool8", "int0", "uint0", "float_", "singlecomplex", "complex_", "cfloat"]
    some = ["<f4", ">f4", "i4", "f8", "?", "b", "<f2", "V4", "S4", "O", "c8", "f4,", "1f4", "()f4", "V", "float", ""]
    shapes = [(), (1,), (2,), (0,), 1, 0, 2, -1, True, None, [], [1], {}, ((),), ((), ())]
    values = texts + [(a, b) for a in some for b in some + shapes] + [(a, (), b) for a in some for b in some + shapes]
    values += [((a, b), c) for a in some for b in ("i4", (), (1,), 1) for c in ("i4", (), (1,), 1)]
    values += [(), ("<f4",), [], ["<f4"], [("a", "<f4")], [("", "<f4")], ([("a", "<f4")], ()), None, True, 1, {}, {"a": "<f4"}]
    for value in values:
        print(ascii(value), header_verdict(lambda: ((), False, FORMAT.descr_to_dtype(value))), sep="\t")


def memmap(directory):
    a = np.load(os.path.join(directory, "shared.npy"), mmap_mode="r+")
    print("mapped", flush=True)
    for line in sys.stdin:
        command, index, *value = line.split()
        if command == "set":
            a[int(index)] = float(value[0])
        print(a[int(index)], flush=True)


def npz(directory):
    a = np.load(os.path.join(directory, "numpy.npz"))
    for name in ("java.npz", "deflated.npz"):
        b = np.load(os.path.join(directory, name))
        same = a.files == b.files and all(
            a[k].dtype == b[k].dtype and a[k].shape == b[k].shape and a[k].tobytes("A") == b[k].tobytes("A") for k in a.files)
        print("same" if same else "DIFFERENT")


def grown(directory):
    for name in ("grown.npy", "appended.npy"):
        path = os.path.join(directory, name)
        a = np.load(path)
        expected = io.BytesIO()
        np.save(expected, a)
        same = open(path, "rb").read() == expected.getvalue()
        print(a.dtype.str, a.shape, "same" if same else "DIFFERENT", a[: len(a) // 2].tobytes() == a[len(a) // 2 :].tobytes())


globals()[sys.argv[1]](sys.argv[2])
