#!/usr/bin/python3
"""The rest of the tensor API from a real PyTorch: more cases, in the files that golden_cases.py explains.

    /usr/bin/python3 gen_breadth.py OUT_DIR [SEED]
"""
import numpy as np
import torch
from golden_cases import *

I8, I16, I32, I64, U8 = np.int8, np.int16, np.int32, np.int64, np.uint8
INTS = [I8, I16, I32, I64, U8]
N = np.nan
sh = dims(3, 5)


def both(op, fn, inputs, args=None, **kw):
    """In F32 and in F64."""
    case(op, fn, [x.astype(F32) if x.dtype.kind == "f" else x for x in inputs], args, **kw)
    case(op, fn, [x.astype(F64) if x.dtype.kind == "f" else x for x in inputs], args, **kw)




# ---- special functions
for n, kw in [("asinh", dict(lo=-9, hi=9)), ("acosh", dict(lo=1.01, hi=9)), ("atanh", UNIT), ("erfc", dict(lo=-4, hi=4)), ("erfinv", UNIT),
              ("lgamma", dict(lo=0.1, hi=15)), ("digamma", dict(lo=0.1, hi=15)), ("exp2", {}), ("sinc", {}), ("frac", dict(lo=-9, hi=9)),
              ("deg2rad", dict(lo=-360, hi=360)), ("rad2deg", {}), ("nan_to_num", {}), ("signbit", {})]:
    both(n, T(n), [r(*sh, dt=F64, **kw)], rtol=1e-4 if n == "lgamma" else 2e-5 if n == "digamma" else 2e-3 if n == "sinc" else None)
    case(n, T(n), [sp], grad=False, tag="special values")
    if n not in ("frac", "nan_to_num", "signbit"):
        case(n, T(n), [ri(4, lo=1, hi=3)], grad=False, rtol=1e-5, tag="integers")
case("lgamma", torch.lgamma, [r(20, dt=F64, lo=-6, hi=3)], rtol=1e-9, atol=1e-10)
case("digamma", torch.digamma, [r(20, dt=F64, lo=-6, hi=3)], rtol=1e-8, atol=1e-9)
case("digamma", torch.digamma, [np.array([0.0, -0.0, -1, -7, np.inf, N, 1e9, 1e-9])], grad=False)
case("lgamma", torch.lgamma, [np.array([0.0, -0.0, -1, -7, np.inf, -np.inf, N, 1e9, 1e17, 1e-9, 1, 2, 1.0000001, 2.0000001, 1e300])], grad=False)
case("erfinv", torch.erfinv, [np.array([1.0, -1, 1.5, 0, -0.0, 0.5, 0.999])], grad=False)
case("asinh", torch.asinh, [np.array([1e-300, 1e300, -1e9, 1e-9])], grad=False)
for n in (1, 2, 3):
    case("polygamma", lambda x, n: torch.polygamma(n, x), [r(8, dt=F64, lo=0.3, hi=12)], {"n": n}, rtol=1e-9)
case("polygamma", lambda x, n: torch.polygamma(n, x), [r(8, dt=F64, lo=0.3, hi=12)], {"n": 0}, rtol=1e-8)
case("special_zeta", torch.special.zeta, [r(4, dt=F64, lo=1.2, hi=9), r(3, 4, dt=F64, lo=0.2, hi=30)], grad=False)
both("mvlgamma", torch.mvlgamma, [r(6, dt=F64, lo=2, hi=9)], {"p": 3}, rtol=1e-4)
case("mvlgamma", torch.mvlgamma, [r(6)], {"p": 9}, grad=False, tag="below the domain")
both("logit", torch.logit, [r(6, dt=F64, lo=0.1, hi=0.9)])
both("logit", torch.logit, [r(6, dt=F64, lo=-0.5, hi=1.5)], {"eps": 0.1})
both("xlogy", torch.xlogy, [r(3, 5, dt=F64), r(5, dt=F64, **POS)])
case("xlogy", torch.xlogy, [np.array([0.0, 0, 0, 0, 1, N]), np.array([0.0, N, np.inf, -1, 0, 1])], grad=False)
for n in ("logaddexp", "logaddexp2"):
    both(n, T(n), [r(3, 5, dt=F64, lo=-9, hi=9), r(5, dt=F64, lo=-9, hi=9)])
    case(n, T(n), [np.array([np.inf, -np.inf, np.inf, N, 1e4, 0.0]), np.array([np.inf, -np.inf, -np.inf, 0, 1e4, -30])], grad=False)
both("hypot", torch.hypot, [r(3, 5, dt=F64), r(3, 1, dt=F64)])
case("hypot", torch.hypot, [np.array([3e38, np.inf, N, 0], F32), np.array([1e38, N, np.inf, 0], F32)], grad=False)
both("copysign", torch.copysign, [r(3, 5, dt=F64), r(5, dt=F64)])
case("copysign", torch.copysign, [sp, np.roll(sp, 1)], grad=False)
case("copysign", torch.copysign, [ri(4), ri(4, lo=-3, hi=3)], grad=False)
for n in ("fmax", "fmin", "heaviside"):
    both(n, T(n), [r(3, 5, dt=F64), r(5, dt=F64)], grad=n != "heaviside")
    case(n, T(n), [sp, np.roll(sp, 1)], grad=False)
case("nan_to_num", torch.nan_to_num, [sp], {"nan": 1.5, "posinf": 7.0, "neginf": -7.0}, grad=False)
case("ldexp", torch.ldexp, [r(4), ri(4, lo=-3, hi=5)], grad=False)
case("float_power", torch.float_power, [r(3, 4, **POS), r(4)])
case("float_power", torch.float_power, [ri(4, lo=1), ri(4, lo=-3, hi=3)], grad=False)
both("round", torch.round, [r(12, dt=F64, lo=-99, hi=99)], {"decimals": 1})
both("round", torch.round, [r(12, dt=F64, lo=-999, hi=999)], {"decimals": -2})
both("lerp_tensor", lambda a, b, w: torch.lerp(a, b, w), [r(3, 5, dt=F64), r(5, dt=F64), r(3, 1, dt=F64, lo=-1, hi=2)])
both("clamp_tensor", lambda a, lo, hi: torch.clamp(a, lo, hi), [r(3, 5, dt=F64), r(5, dt=F64), r(3, 1, dt=F64)])
both("addcmul", torch.addcmul, [r(3, 4, dt=F64), r(3, 4, dt=F64), r(4, dt=F64)])
both("addcdiv", torch.addcdiv, [r(3, 4, dt=F64), r(3, 4, dt=F64), r(4, dt=F64, **POS)])
for d in INTS:
    lo = 0 if d == U8 else -40
    for n in ("gcd", "lcm"):
        case(n, T(n), [ri(3, 6, lo=lo, hi=9, dt=d), ri(6, lo=lo, hi=9, dt=d)], grad=False)
    for n in ("bitwise_left_shift", "bitwise_right_shift"):
        case(n, T(n), [ri(3, 6, lo=lo, hi=90, dt=d), ri(6, lo=0, hi=6, dt=d)], grad=False)
case("gcd", torch.gcd, [r(3), r(3)], tag="floats are refused")

# ---- comparisons
case("isclose", torch.isclose, [np.array([1, 1, np.inf, N, 0.0]), np.array([1.000001, 1.1, np.inf, N, 1e-9])], grad=False)
case("isclose", torch.isclose, [np.array([1, 1, np.inf, N, -np.inf]), np.array([1.000001, 1.1, np.inf, N, np.inf])], {"rtol": 0.2, "atol": 0.0, "equal_nan": True}, grad=False)
case("isclose", torch.isclose, [ri(9, hi=4), ri(9, hi=4)], {"rtol": 0.0, "atol": 1.0, "equal_nan": False}, grad=False)
case("isclose", torch.isclose, [r(3), r(3, dt=F64)], grad=False, tag="dtypes differ")
for n in ("isposinf", "isneginf"):
    case(n, T(n), [sp], grad=False)
    case(n, T(n), [ri(4)], grad=False)
case("isin", torch.isin, [ri(3, 5), ri(4)], grad=False)
case("isin", torch.isin, [r(3, 5), ri(4)], grad=False)
case("isin", torch.isin, [np.array([1.0, N, 2.0]), np.array([N, 2.0])], {"invert": True}, grad=False)
case("isin", torch.isin, [ri(3, 5), ri(0)], grad=False)

# ---- statistics
nn_ = np.array([[1, N, 2, 2], [3, 4, 5, 6], [N, N, N, 0.5]])
for n in ("median", "nanmedian"):
    for a in ({}, {"dim": 1}, {"dim": 0, "keepdim": True}):
        both(n, T(n), [r(4, 5, dt=F64)], a)
        case(n, T(n), [nn_], a, grad=False)
    case(n, T(n), [ri(4, 5, hi=4)], {}, grad=False)
for n in ("nansum", "nanmean"):
    for a in ({}, {"dim": 1}, {"dim": [0, 1], "keepdim": True}):
        both(n, T(n), [nn_], a)
case("nansum", torch.nansum, [ri(3, 4, dt=I32)], {}, grad=False)
case("mode", torch.mode, [ri(6, 9, hi=3)], {}, grad=False)
case("mode", torch.mode, [ri(6, 9, hi=3, dt=I32)], {"dim": 0, "keepdim": True}, grad=False)
both("mode", torch.mode, [ri(5, 7, hi=3).astype(F64)], {"dim": 1}, tag="kink: equal elements")
both("kthvalue", torch.kthvalue, [r(4, 6, dt=F64)], {"k": 2})
both("kthvalue", torch.kthvalue, [r(4, 6, dt=F64)], {"k": 4, "dim": 0, "keepdim": True})
case("kthvalue", torch.kthvalue, [r(4, 6)], {"k": 7}, tag="out of range")
for n in ("quantile", "nanquantile"):
    for how in ("linear", "lower", "higher", "midpoint", "nearest"):
        both(n, lambda x, q, interpolation, n=n, **a: T(n)(x, q.detach(), interpolation=interpolation, **a), [r(4, 7, dt=F64), np.array([0.0, 0.3, 0.5, 1.0])], {"dim": 1, "interpolation": how})
        both(n, lambda x, q, interpolation, n=n, **a: T(n)(x, q.detach(), interpolation=interpolation, **a), [nn_, np.array(0.4)], {"dim": 0, "keepdim": True, "interpolation": how}, grad=False)
    both(n, lambda x, q, interpolation, n=n, **a: T(n)(x, q.detach(), interpolation=interpolation, **a), [r(4, 7, dt=F64), np.array([0.25])], {"interpolation": "linear"})
    both(n, lambda x, q, interpolation, n=n, **a: T(n)(x, q.detach(), interpolation=interpolation, **a), [r(4, 7, dt=F64), np.array([0.25, 1])], {"interpolation": "linear", "keepdim": True})
case("quantile", lambda x, q, interpolation: torch.quantile(x, q), [r(4), np.array([1.5], F32)], {"interpolation": "linear"}, tag="out of range")
case("aminmax", torch.aminmax, [r(3, 4)], {}, grad=False)
case("aminmax", lambda x, dim, keepdim: torch.aminmax(x, dim=dim, keepdim=keepdim), [r(3, 4)], {"dim": 1, "keepdim": True}, grad=False)
for n in ("var_mean", "std_mean"):
    both(n, T(n), [r(3, 4, dt=F64)], {})
    both(n, T(n), [r(3, 4, dt=F64)], {"dim": [1], "unbiased": False, "keepdim": True})
for p in (0, 1, 2, 3.5, float("inf")):
    a = {} if p == 2 else {"p": p}
    if p != float("inf"):
        both("dist", torch.dist, [r(3, 4, dt=F64), r(4, dt=F64)], a, grad=p != 0)
        both("cdist", torch.cdist, [r(2, 3, 4, dt=F64), r(1, 5, 4, dt=F64)], a, grad=p != 0, rtol=1e-4, atol=1e-5)
both("renorm", torch.renorm, [r(3, 4, 2, dt=F64)], {"p": 2, "dim": 1, "maxnorm": 1.5})
both("diff", torch.diff, [r(3, 6, dt=F64)], {})
both("diff", torch.diff, [r(3, 6, dt=F64)], {"n": 2, "dim": 0})
case("diff", torch.diff, [r(3, 6)], {"n": 9, "dim": 0})
case("diff", torch.diff, [rb(6)], {}, grad=False)
case("diff", torch.diff, [ri(6, dt=U8)], {}, grad=False)
both("cov", torch.cov, [r(3, 6, dt=F64)], {}, rtol=1e-4, atol=1e-5)
both("cov", torch.cov, [r(6, dt=F64)], {"correction": 0}, rtol=1e-4, atol=1e-5)
both("cov_weighted", lambda x, f, a, correction: torch.cov(x, correction=correction, fweights=f, aweights=a.detach()), [r(3, 6, dt=F64), ri(6, lo=1, hi=4), r(6, dt=F64, lo=0.2, hi=1)], {"correction": 1}, rtol=1e-4, atol=1e-5)
both("corrcoef", torch.corrcoef, [r(3, 6, dt=F64)], {}, rtol=1e-4, atol=1e-5)
case("histc", torch.histc, [r(200)], {"bins": 7, "min": -1, "max": 1.5}, grad=False)
case("histc", torch.histc, [r(200, dt=F64)], {"bins": 10, "min": 0, "max": 0}, grad=False)
case("bincount", torch.bincount, [ri(20, hi=6)], {}, grad=False)
case("bincount", torch.bincount, [ri(20, hi=6, dt=U8), r(20)], {"minlength": 9}, grad=False)
case("bincount", torch.bincount, [ri(0)], {}, grad=False)
case("bincount", torch.bincount, [ri(5, lo=-3, hi=0)], {}, grad=False, tag="negative")
U = dict(return_inverse=True, return_counts=True)
for x in (ri(4, 6, hi=5), ri(9, hi=3, dt=U8), ri(7, hi=4).astype(F32), rb(6), ri(0)):
    case("unique", lambda t: torch.unique(t, **U), [x], grad=False)
    case("unique_consecutive", lambda t: torch.unique_consecutive(t, **U), [np.sort(x, -1) if x.size % 2 else x], grad=False)
for d in (0, 1, -1):
    case("unique", lambda t, dim: torch.unique(t, dim=dim, **U), [ri(7, 5, 2, hi=2)], {"dim": d}, grad=False)
    case("unique_consecutive", lambda t, dim: torch.unique_consecutive(t, dim=dim, **U), [ri(9, 7, hi=2)[:, :2] if d == 0 else ri(2, 9, hi=2)], {"dim": d}, grad=False)
for right in (False, True):
    a = {"right": right}
    case("searchsorted", torch.searchsorted, [np.sort(ri(8)), ri(3, 4)], a, grad=False)
    case("searchsorted", torch.searchsorted, [np.sort(r(3, 8), -1), r(3, 5)], a, grad=False)
    case("searchsorted", torch.searchsorted, [np.sort(r(8)), np.array([N, np.inf, -np.inf], F32)], a, grad=False)
    case("searchsorted", torch.searchsorted, [np.sort(r(0)), r(3)], a, grad=False)
    case("bucketize", torch.bucketize, [r(3, 4), np.sort(r(5))], a, grad=False)
case("searchsorted", torch.searchsorted, [r(3, 8), r(2, 5)], {}, grad=False, tag="shapes differ")
for n in ("cummax", "cummin"):
    both(n, T(n), [r(3, 7, dt=F64)], {"dim": 1})
    case(n, T(n), [ri(9, 2, hi=3)], {"dim": 0}, grad=False)
    case(n, T(n), [np.array([1, N, 3, N, 5, 0.0])], {"dim": 0}, grad=False)
both("logcumsumexp", torch.logcumsumexp, [r(3, 7, dt=F64, lo=-9, hi=9)], {"dim": 1})
case("logcumsumexp", torch.logcumsumexp, [np.array([-np.inf, -np.inf, 0, 1e3, np.inf])], {"dim": 0}, grad=False)

# ---- shapes
X = r(3, 4, 2)
for n, a in [("swapaxes", {"axis0": 0, "axis1": 2}), ("swapdims", {"dim0": 1, "dim1": -1}), ("rot90", {"k": 1, "dims": [0, 1]}), ("rot90", {"k": 3, "dims": [2, 0]}),
             ("rot90", {"k": -2, "dims": [1, 2]}), ("fliplr", {}), ("flipud", {}), ("ravel", {}), ("roll", {"shifts": [1, -3], "dims": [0, 1]}),
             ("tensor_split", {"indices_or_sections": 3, "dim": 1}), ("tensor_split", {"indices_or_sections": [1, 3], "dim": 1}), ("tensor_split", {"indices_or_sections": [3, 1, -1], "dim": 1}),
             ("hsplit", {"indices_or_sections": 2}), ("vsplit", {"indices_or_sections": [1]}), ("dsplit", {"indices_or_sections": 2}), ("hsplit", {"indices_or_sections": 3}),
             ("atleast_1d", {}), ("atleast_2d", {}), ("atleast_3d", {}), ("diag_embed", {}), ("diag_embed", {"offset": -1, "dim1": 0, "dim2": 2}), ("diag_embed", {"offset": 2, "dim1": 3, "dim2": 1}),
             ("diagflat", {"offset": 1}), ("movedim", {"source": [0, 1], "destination": [2, 0]}), ("repeat_interleave", {"repeats": 3})]:
    cut = a.pop("indices_or_sections", None)  # positional only, where it is a number
    full = a if cut is None else {"indices_or_sections": cut, **a}
    case(n, T(n) if cut is None else lambda x, indices_or_sections, n=n, **a: T(n)(x, indices_or_sections, **a), [X], full)
for n in ("atleast_1d", "atleast_2d", "atleast_3d"):
    case(n, T(n), [np.array(2.5, F32)])
    case(n, T(n), [r(3)])
    case(n, T(n), [r(3, 2)])
case("diag", torch.diag, [r(4)], {"diagonal": 1})
case("diag", torch.diag, [r(4, 3)], {"diagonal": -1})
case("diag", torch.diag, [r(4, 3, 2)], {}, tag="three dimensions")
case("repeat_interleave_tensor", lambda x, c, **a: torch.repeat_interleave(x, c, **a), [r(3, 4), np.array([2, 0, 3])], {"dim": 0})
case("repeat_interleave_tensor", lambda x, c, **a: torch.repeat_interleave(x, c, **a), [r(3, 2), np.array([2, 0, 3, 1, 1, 0])], {})
case("repeat_interleave_tensor", lambda x, c, **a: torch.repeat_interleave(x, c, **a), [r(3, 2), np.array([2])], {"dim": 1})
case("sum_to_size", lambda x, size: x.sum_to_size(size), [r(2, 3, 4)], {"size": [3, 1]})
case("diagonal_scatter", torch.diagonal_scatter, [r(4, 4), r(3)], {"offset": 1})
case("select_scatter", torch.select_scatter, [r(4, 3), r(4)], {"dim": 1, "index": -1})
case("slice_scatter", torch.slice_scatter, [r(6, 3), r(2, 3)], {"dim": 0, "start": 1, "end": 5, "step": 2})
case("vander", torch.vander, [r(4)], {"N": 3, "increasing": False}, grad=False)
case("vander", torch.vander, [ri(4, dt=I32)], {"N": 4, "increasing": True}, grad=False)
for k, w in ((2, False), (3, True), (1, False)):
    case("combinations", torch.combinations, [r(5)], {"r": k, "with_replacement": w})
for n in ("hstack", "vstack", "dstack", "column_stack"):
    case(n, T(n), [r(3), r(3)], aslist=True)
    case(n, T(n), [r(3, 2), r(3, 2)], aslist=True)
    case(n, T(n), [r(3, 2, 2), r(3, 2, 2)], aslist=True)
case("column_stack", torch.column_stack, [r(3), r(3, 2)], aslist=True)
case("broadcast_tensors", lambda t: torch.broadcast_tensors(*t), [r(3, 1), r(4), np.array(1, F32)], aslist=True)
for ix in ("ij", "xy"):
    case("meshgrid", lambda t, indexing: torch.meshgrid(*t, indexing=indexing), [r(3), r(4), r(2)], {"indexing": ix}, aslist=True)
case("cartesian_prod", lambda t: torch.cartesian_prod(*t), [r(3), r(2), r(2)], aslist=True)
case("block_diag", lambda t: torch.block_diag(*t), [r(3, 2), r(2), r(1, 1), np.array(5, F32)], aslist=True)
case("logspace", lambda x, **a: torch.logspace(dtype=torch.float64, **a), [r(1)], {"start": -1, "end": 2, "steps": 7}, grad=False, rtol=1e-6)
case("tril_indices", lambda x, **a: torch.tril_indices(**a), [r(1)], {"row": 4, "col": 3, "offset": -1}, grad=False)
case("triu_indices", lambda x, **a: torch.triu_indices(**a), [r(1)], {"row": 4, "col": 3, "offset": 1}, grad=False)

# ---- indexing
IX = ri(4, 3, hi=5)
case("scatter", lambda t, i, s, dim: torch.scatter(t, dim, i, s), [r(5, 3), np.argsort(r(5, 3), 0), r(5, 3)], {"dim": 0})
case("scatter_value", lambda t, i, dim, value: torch.scatter(t, dim, i, value), [r(5, 3), IX], {"dim": 0, "value": 2.5})
for red in ("sum", "prod", "mean", "amax", "amin"):
    for inc in (True, False):
        a = {"dim": 0, "reduce": red, "include_self": inc}
        both("scatter_reduce", lambda t, i, s, dim, reduce, include_self: torch.scatter_reduce(t, dim, i, s, reduce, include_self=include_self), [r(5, 3, dt=F64), IX, r(4, 3, dt=F64)], a)
        case("scatter_reduce", lambda t, i, s, dim, reduce, include_self: torch.scatter_reduce(t, dim, i, s, reduce, include_self=include_self), [ri(5, 3), IX, ri(4, 3, lo=-9)], a, grad=False)
        if red != "sum":
            case("index_reduce", lambda t, i, s, dim, reduce, include_self: torch.index_reduce(t, dim, i, s, reduce, include_self=include_self), [r(5, 3), np.array([1, 0, 1]), r(3, 3)], a, grad=red != "prod")
case("scatter_reduce", lambda t, i, s, dim, reduce, include_self: torch.scatter_reduce(t, dim, i, s, reduce, include_self=include_self), [np.array([2.0, 0, 3]), np.array([0, 0, 1, 2]), np.array([4.0, 0, 5, 6])], {"dim": 0, "reduce": "prod", "include_self": True}, tag="kink: zeros")
case("scatter_reduce", lambda t, i, s, dim, reduce, include_self: torch.scatter_reduce(t, dim, i, s, reduce, include_self=include_self), [np.array([2.0, 7, 3]), np.array([0, 0, 1, 2]), np.array([4.0, 4, 7, 1])], {"dim": 0, "reduce": "amax", "include_self": True}, tag="kink: ties")
case("index_copy", lambda t, i, s, dim: torch.index_copy(t, dim, i, s), [r(5, 3), np.array([4, 1]), r(2, 3)], {"dim": 0})
case("index_fill", lambda t, i, dim, value: torch.index_fill(t, dim, i, value), [r(5, 3), np.array([0, -1])], {"dim": 1, "value": -1.5})
for acc in (False, True):
    case("index_put", lambda t, i, j, v, accumulate: torch.index_put(t, (i, j), v, accumulate), [r(4, 5), np.array([0, 2, 3]), np.array([1, -1, 1]), r(3)], {"accumulate": acc})
    case("index_put", lambda t, m, v, accumulate: torch.index_put(t, (m,), v, accumulate), [r(4, 5), np.array([True, False, True, True]), r(5)], {"accumulate": acc})
    case("put", lambda t, i, s, accumulate: torch.put(t, i, s, accumulate), [r(3, 4), np.array([[1, -1], [5, 0]]), r(4)], {"accumulate": acc}, grad=False)
case("take", torch.take, [r(3, 4), np.array([[0, -1], [5, 5]])])
case("take", torch.take, [r(3, 4), np.array([12])], tag="out of range")
case("masked_scatter", torch.masked_scatter, [r(3, 4), rb(3, 4), r(12)])
case("masked_scatter", torch.masked_scatter, [r(3, 4), np.ones((3, 4), bool), r(2)], tag="too few")

# ---- corners: no element, no dimension, many dimensions, special values, both ends of integers
NAMES = {F32: "f32", F64: "f64", I8: "i8", U8: "u8", I16: "i16", I32: "i32", I64: "i64", np.bool_: "bool"}
E = dict(grad=False)
UNARY = ("abs neg exp expm1 log log1p log2 log10 sqrt rsqrt sin cos tan asin acos atan sinh cosh tanh sigmoid floor ceil round trunc sign "
         "reciprocal square erf isnan isinf isfinite logical_not frac signbit").split()
BINARY = "add sub mul div maximum minimum atan2 pow fmod remainder floor_divide eq ne lt le gt ge logical_and logical_or logical_xor".split()
for n in UNARY:
    case(n, T(n), [r(2, 0, 3)], tag="empty")
    case(n, T(n), [np.array(0.4, F32)], tag="number")
    case(n, T(n), [r(1, 2, 1, 2, 1, 1, 2, 1, lo=0.1, hi=0.9)], tag="rank 8")
    if n != "log1p":
        case(n, T(n), [sp.astype(F64)], **E, tag="special values")
    if n not in ("frac",):
        case(n, T(n), [ri(3, lo=1, hi=3)], **E, rtol=2e-6, tag="integers")
    if n not in ("frac", "signbit", "isnan", "isinf", "isfinite"):
        case(n, T(n), [rb(3)], **E, rtol=2e-6, tag="bool")
V = np.array([0.0, -0.0, 1, -1, 2.5, -3, np.inf, -np.inf, N, 7])
for n in BINARY:
    case(n, T(n), [r(2, 0, 3), r(3)], tag="empty", grad=n not in ("fmod", "remainder", "floor_divide"))
    case(n, T(n), [np.array(0.5, F32), np.array(1.5, F32)], tag="numbers", grad=n not in ("fmod", "remainder", "floor_divide"))
    case(n, T(n), [r(1, 2, 1, 2, 1, 1, 2, 1, **POS), r(2, 1, 1, 2, 1, **POS)], tag="rank 8", grad=n not in ("fmod", "remainder", "floor_divide"))
    case(n, T(n), [V[:, None], V[None, :]], **E, tag="special values")
    if n not in ("sub", "pow", "fmod", "remainder", "floor_divide"):
        case(n, T(n), [rb(3, 4), rb(4)], **E, tag="bool")
for d in INTS:
    i = np.iinfo(d)
    ends = np.array([i.min, i.max, i.max - 1, 1, 3], d)
    for n in ("add", "sub", "mul", "maximum", "minimum"):
        case(n, T(n), [ends[:, None], ends[None, :]], **E, tag="wraps around")
    case("neg", torch.neg, [ends], **E, tag="wraps around")
    case("abs", torch.abs, [ends], **E, tag="wraps around")
    case("sum", torch.sum, [ends], **E, tag="wraps around")
    case("cumsum", torch.cumsum, [ends], {"dim": 0}, **E, tag="wraps around")
    q = np.array([7, 1, 3, 100] if d == U8 else [7, -7, 3, -100], d)
    by = np.array([2, 3, 200] if d == U8 else [2, -3, 5], d)
    for n in ("floor_divide", "remainder", "fmod"):
        case(n, T(n), [q[:, None], by], **E, tag="signs")
    for mode in ("floor", "trunc"):
        case("div", torch.div, [q[:, None], by], {"rounding_mode": mode}, **E, tag="signs")
for mode in ("floor", "trunc"):
    case("div", torch.div, [V[:, None], V[None, :]], {"rounding_mode": mode}, **E, tag="special values")
R1 = np.array([[1, N, 2], [np.inf, 1, -np.inf], [np.inf, 1, 2], [-0.0, 0.0, -1]])
for n in "sum prod mean amax amin logsumexp var std max min argmax argmin all any median nanmedian nansum cummax cummin cumsum cumprod count_nonzero".split():
    if n == "logsumexp":
        case(n, T(n), [R1], {"dim": 1}, **E, tag="special values")
    elif n == "count_nonzero":
        case(n, T(n), [R1], {"dim": -1}, **E, tag="special values")
    else:
        case(n, T(n), [R1], {"dim": -1}, **E, tag="special values")
    if n not in ("max", "min", "median", "nanmedian", "mean", "var", "std", "logsumexp", "argmax", "argmin", "nansum"):
        case(n, T(n), [rb(3, 2)], {"dim": 0}, **E, tag="bool")
    if n not in ("mean", "var", "std", "logsumexp"):
        case(n, T(n), [ri(3, 2, dt=U8, hi=3)], {"dim": 0}, **E, tag="u8")
        case(n, T(n), [ri(3, 2, dt=I16, lo=-3)], {"dim": 1}, **E, tag="i16")
    case(n, T(n), [r(2, 0, 3)], {"dim": 0}, tag="empty")
    case(n, T(n), [r(2, 0, 3)], {"dim": 1}, tag="empty") if n not in ("median", "nanmedian") else None
    case(n, T(n), [np.array(2.5, F32)], {"dim": -1}, tag="number") if n not in ("var", "std") else None
    case(n, T(n), [r(1, 2, 1, 2, 1, 1, 3, 1)], {"dim": -2}, tag="rank 8")
for n in ("max", "min"):
    case(n, T(n), [rb(3, 2)], {"dim": 0, "keepdim": True}, **E, tag="bool")
    case(n, T(n), [rb(3, 2)], {}, **E, tag="bool")
for n, a in [("reshape", {"shape": [0, 6]}), ("transpose", {"dim0": 0, "dim1": -1}), ("permute", {"dims": [2, 0, 1]}), ("unsqueeze", {"dim": -4}), ("squeeze", {}),
             ("flatten", {}), ("flip", {"dims": [0, 2]}), ("roll", {"shifts": 2, "dims": 1}), ("narrow", {"dim": 1, "start": 0, "length": 0}), ("select", {"dim": 0, "index": 1}),
             ("diagonal", {"offset": 0, "dim1": 0, "dim2": 1}), ("tril", {}), ("triu", {}), ("tile", {"dims": [2, 1, 3]}), ("split", {"split_size_or_sections": 1, "dim": 0}),
             ("chunk", {"chunks": 2, "dim": 1}), ("unbind", {"dim": 1}), ("ravel", {}), ("rot90", {"k": 1, "dims": [0, 1]}), ("fliplr", {}), ("atleast_3d", {}),
             ("repeat_interleave", {"repeats": 2, "dim": 1}), ("diag_embed", {}), ("movedim", {"source": 0, "destination": 1}),
             ("sort", {"dim": 1, "descending": False}), ("argsort", {"dim": 0}), ("topk", {"k": 0, "dim": 1}), ("softmax", {"dim": 1}), ("log_softmax", {"dim": 0}), ("nonzero", {})]:
    case(n, T(n), [r(2, 0, 3)], a, tag="empty", grad=n not in ("argsort", "nonzero"))
for n, a in [("flip", {"dims": [0]}), ("flatten", {}), ("squeeze", {}), ("unsqueeze", {"dim": -1}), ("movedim", {"source": 0, "destination": -1}), ("sort", {"dim": 0, "descending": True}),
             ("argsort", {"dim": -1}), ("topk", {"k": 1, "dim": 0}), ("softmax", {"dim": -1}), ("nonzero", {}), ("ravel", {}), ("repeat_interleave", {"repeats": 2}), ("cummax", {"dim": 0})]:
    case(n, T(n), [np.array(2.5, F32)], a, tag="number", grad=n not in ("argsort", "nonzero"))
for n in ("squeeze", "unsqueeze"):
    case(n, T(n), [r(2, 1)], {"dim": 3}, tag="out of range")
case("index", lambda t, m: t[m], [r(0, 3), np.zeros(0, bool)], {}, tag="empty mask")
case("index", lambda t, m: t[m], [r(2, 0), np.zeros((2, 0), bool)], {}, tag="empty mask")
case("index", lambda t, m: t[m], [r(2, 0), np.array([True, False])], {}, tag="mask of an empty dimension")
case("index", lambda t, m: t[m], [r(2, 0), np.array([0, 1, 1])], {}, tag="empty rows")
case("index", lambda t, m: t[m], [r(0, 3), np.zeros(0, I64)], {}, tag="no index")
case("index", lambda t, m: t[m], [r(0, 3), np.array([0])], {}, tag="index into nothing")
case("masked_select", torch.masked_select, [r(2, 0), np.zeros((2, 0), bool)], tag="empty")
case("masked_fill", torch.masked_fill, [r(2, 0), np.zeros((2, 0), bool)], {"value": 1.5}, tag="empty")
case("cat", torch.cat, [r(0, 3), r(2, 3)], {"dim": 0}, aslist=True)
case("hardtanh", torch.nn.functional.hardtanh, [np.array([-1, 1, 0, np.inf, -np.inf, N], F32)], {}, tag="kink: bounds")
case("relu6", torch.nn.functional.relu6, [np.array([0, 6, 3, np.inf, -np.inf], F32)], {}, tag="kink: bounds")
case("hardswish", torch.nn.functional.hardswish, [np.array([-3, 3, 0, np.inf, -np.inf], F32)], {}, tag="kink: bounds")
case("clamp", torch.clamp, [np.array([-1, 1, 0, np.inf, -np.inf, N], F32)], {"min": -1.0, "max": 1.0}, tag="kink: bounds")
case("clamp", torch.clamp, [rb(3)], {"min": 0, "max": 1}, **E)

save()
