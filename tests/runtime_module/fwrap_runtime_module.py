"""What NumPy's tests of ``array_from_pyobj`` expect of their own C module, over fwrap's conversions."""
import numpy as np
from fwrap_conversions import call as _call

F2PY_INTENT_IN, F2PY_INTENT_INOUT, F2PY_INTENT_OUT, F2PY_INTENT_HIDE = 1, 2, 4, 8
F2PY_INTENT_CACHE, F2PY_INTENT_COPY, F2PY_INTENT_C, F2PY_OPTIONAL = 16, 32, 64, 128
F2PY_INTENT_INPLACE = 256

# The characters of `numpy.typecodes`, by the names of the C types.
_CODES = dict(
    BOOL="?", BYTE="b", UBYTE="B", SHORT="h", USHORT="H", INT="i", UINT="I", INTP="p", UINTP="P", LONG="l", ULONG="L",
    LONGLONG="q", ULONGLONG="Q", FLOAT="f", DOUBLE="d", LONGDOUBLE="g", CFLOAT="F", CDOUBLE="D", CLONGDOUBLE="G",
    OBJECT="O", STRING="S", UNICODE="U", VOID="V",
)
globals().update({f"NPY_{name}": np.dtype(code).num for name, code in _CODES.items()})

CONTIGUOUS, FORTRAN, OWNDATA, FORCECAST, ENSURECOPY, ENSUREARRAY = 0x1, 0x2, 0x4, 0x10, 0x20, 0x40
ALIGNED, NOTSWAPPED, WRITEABLE, WRITEBACKIFCOPY = 0x100, 0x200, 0x400, 0x2000
BEHAVED = ALIGNED | WRITEABLE
BEHAVED_NS = BEHAVED | NOTSWAPPED
CARRAY, FARRAY = CONTIGUOUS | BEHAVED, FORTRAN | BEHAVED
CARRAY_RO, FARRAY_RO = CONTIGUOUS | ALIGNED, FORTRAN | ALIGNED
DEFAULT, UPDATE_ALL = CARRAY, CONTIGUOUS | FORTRAN | ALIGNED


def call(type_num, elsize, dims, intent, obj=None):
    return _call(type_num, elsize, list(dims), intent | F2PY_INTENT_OUT, obj)


def array_attrs(array):
    kind = array.dtype
    return (
        hex(array.__array_interface__["data"][0]), array.ndim, array.shape, array.strides, array.base,
        (kind.kind, kind.char, kind.num, kind.itemsize, kind.alignment), array.flags.num, array.itemsize,
    )
