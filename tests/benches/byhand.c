/* The benchmark's yardstick: a CPython extension written by hand over the same kernels, METH_FASTCALL with keywords,
 * with full checks: number of arguments, types, rank, byte order, alignment, writeability, shapes. Conversions
 * are cold. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#include <numpy/arrayobject.h>
#include <ISO_Fortran_binding.h>
#include <string.h>

double add_(const double *a, const double *b);
void scale_(const int *n, double *x, const double *a);
double dot_(const int *n, const double *x, const double *y);
void axpy_(const int *n, const double *a, const double *x, const double *y, double *z);
void diffuse_(const int *n, const int *m, double *field, const double *rate);
double bench_total(CFI_cdesc_t *field);

#define COLD __attribute__((noinline, cold))
#define MOST 4

typedef struct { const char *name; int count; const char *names[MOST]; PyObject *interned[MOST]; } Signature;

static Signature signatures[] = {
    {"add", 2, {"a", "b"}, {0}},       {"scale", 2, {"x", "a"}, {0}},        {"dot", 2, {"x", "y"}, {0}},
    {"axpy", 3, {"a", "x", "y"}, {0}}, {"diffuse", 2, {"field", "rate"}, {0}}, {"total", 1, {"field"}, {0}},
};
enum { ADD, SCALE, DOT, AXPY, DIFFUSE, TOTAL, COUNT };

static int find_name(const Signature *s, PyObject *name)
{
    for (int i = 0; i < s->count; i++) if (s->interned[i] == name) return i;
    for (int i = 0; i < s->count; i++) if (PyUnicode_CompareWithASCIIString(name, s->names[i]) == 0) return i;
    return -1;
}

/* Puts positional and keyword arguments into one row; every argument is required. */
static __attribute__((noinline))
int merge(const Signature *s, PyObject *const *args, Py_ssize_t given, PyObject *names, PyObject **row)
{
    Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
    if (given > s->count) {
        PyErr_Format(PyExc_TypeError, "%s() takes %d arguments but %zd were given", s->name, s->count, given);
        return -1;
    }
    for (int i = 0; i < s->count; i++) row[i] = i < given ? args[i] : NULL;
    for (Py_ssize_t k = 0; k < named; k++) {
        PyObject *name = PyTuple_GET_ITEM(names, k);
        int i = find_name(s, name);
        if (i < 0 || row[i]) {
            PyErr_Format(PyExc_TypeError, "%s() got an unexpected or repeated argument '%U'", s->name, name);
            return -1;
        }
        row[i] = args[given + k];
    }
    for (int i = 0; i < s->count; i++) if (!row[i]) {
        PyErr_Format(PyExc_TypeError, "%s() missing argument '%s'", s->name, s->names[i]);
        return -1;
    }
    return 0;
}

#define ARGUMENTS(which) \
    PyObject *row[MOST]; \
    if (given != signatures[which].count || names) { \
        if (merge(&signatures[which], args, given, names, row) < 0) return NULL; \
        args = row; \
    }

static COLD int real_slow(PyObject *o, double *value)
{
    *value = PyFloat_AsDouble(o);
    return *value == -1.0 && PyErr_Occurred() ? -1 : 0;
}
static inline int real(PyObject *o, double *value)
{
    if (PyFloat_CheckExact(o)) { *value = PyFloat_AS_DOUBLE(o); return 0; }
    return real_slow(o, value);
}

static COLD int refuse(const char *name, const char *why)
{
    PyErr_Format(PyExc_ValueError, "argument `%s`: %s", name, why);
    return -1;
}

/* An array of doubles, aligned and in native byte order; `flags` must be set. */
static inline int fits(PyObject *o, int rank, int flags)
{
    if (!PyArray_Check(o)) return 0;
    PyArrayObject *a = (PyArrayObject *)o;
    return PyArray_NDIM(a) == rank && PyArray_TYPE(a) == NPY_DOUBLE && (PyArray_FLAGS(a) & flags) == flags
        && PyArray_ISNBO(PyArray_DESCR(a)->byteorder);
}
static COLD PyArrayObject *convert(PyObject *o, int rank, int flags, const char *name)
{
    PyArrayObject *a = (PyArrayObject *)PyArray_FROMANY(o, NPY_DOUBLE, rank, rank, flags | NPY_ARRAY_NOTSWAPPED);
    if (!a && !PyErr_Occurred()) refuse(name, "no array");
    return a;
}
#define VECTOR (NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_ALIGNED)

/* A borrowed or new reference to a vector to read; *made says which. */
static inline PyArrayObject *vector(PyObject *o, const char *name, int *made)
{
    if (fits(o, 1, VECTOR)) { *made = 0; return (PyArrayObject *)o; }
    *made = 1;
    return convert(o, 1, VECTOR, name);
}
static inline int count(PyArrayObject *a, int *n, const char *name)
{
    npy_intp length = PyArray_DIM(a, 0);
    if (length > 0x7fffffff) return refuse(name, "too long");
    *n = (int)length;
    return 0;
}

static PyObject *add(PyObject *self, PyObject *const *args, Py_ssize_t given, PyObject *names)
{
    ARGUMENTS(ADD)
    double a, b;
    if (real(args[0], &a) < 0 || real(args[1], &b) < 0) return NULL;
    return PyFloat_FromDouble(add_(&a, &b));
}

static PyObject *scale(PyObject *self, PyObject *const *args, Py_ssize_t given, PyObject *names)
{
    ARGUMENTS(SCALE)
    double a;
    int n;
    if (!fits(args[0], 1, VECTOR | NPY_ARRAY_WRITEABLE)) {
        refuse("x", "a writable contiguous float64 vector is needed");
        return NULL;
    }
    if (real(args[1], &a) < 0 || count((PyArrayObject *)args[0], &n, "x") < 0) return NULL;
    scale_(&n, PyArray_DATA((PyArrayObject *)args[0]), &a);
    Py_RETURN_NONE;
}

static PyObject *dot(PyObject *self, PyObject *const *args, Py_ssize_t given, PyObject *names)
{
    ARGUMENTS(DOT)
    PyObject *result = NULL;
    int n, made_x, made_y = 0;
    PyArrayObject *x = vector(args[0], "x", &made_x), *y = NULL;
    if (!x || !(y = vector(args[1], "y", &made_y))) goto done;
    if (count(x, &n, "x") < 0) goto done;
    if (PyArray_DIM(y, 0) != n) { refuse("y", "its shape is not that of `x`"); goto done; }
    result = PyFloat_FromDouble(dot_(&n, PyArray_DATA(x), PyArray_DATA(y)));
done:
    if (made_x) Py_XDECREF(x);
    if (made_y) Py_XDECREF(y);
    return result;
}

static PyObject *axpy(PyObject *self, PyObject *const *args, Py_ssize_t given, PyObject *names)
{
    ARGUMENTS(AXPY)
    PyArrayObject *result = NULL;
    double a;
    int n, made_x, made_y = 0;
    if (real(args[0], &a) < 0) return NULL;
    PyArrayObject *x = vector(args[1], "x", &made_x), *y = NULL;
    if (!x || !(y = vector(args[2], "y", &made_y))) goto done;
    if (count(x, &n, "x") < 0) goto done;
    if (PyArray_DIM(y, 0) != n) { refuse("y", "its shape is not that of `x`"); goto done; }
    npy_intp length = n;
    result = (PyArrayObject *)PyArray_EMPTY(1, &length, NPY_DOUBLE, 0);
    if (result) axpy_(&n, &a, PyArray_DATA(x), PyArray_DATA(y), PyArray_DATA(result));
done:
    if (made_x) Py_XDECREF(x);
    if (made_y) Py_XDECREF(y);
    return (PyObject *)result;
}

/* An explicit-shape dummy needs Fortran order: NumPy copies in and out when the array has another. */
static PyObject *diffuse(PyObject *self, PyObject *const *args, Py_ssize_t given, PyObject *names)
{
    ARGUMENTS(DIFFUSE)
    double rate;
    if (!fits(args[0], 2, NPY_ARRAY_ALIGNED | NPY_ARRAY_WRITEABLE)) {
        refuse("field", "a writable float64 matrix is needed");
        return NULL;
    }
    if (real(args[1], &rate) < 0) return NULL;
    int flags = NPY_ARRAY_F_CONTIGUOUS | NPY_ARRAY_ALIGNED | NPY_ARRAY_WRITEABLE | NPY_ARRAY_WRITEBACKIFCOPY;
    PyArrayObject *field = (PyArrayObject *)PyArray_FROM_OTF(args[0], NPY_DOUBLE, flags);
    if (!field) return NULL;
    if (PyArray_DIM(field, 0) > 0x7fffffff || PyArray_DIM(field, 1) > 0x7fffffff) {
        PyArray_DiscardWritebackIfCopy(field);
        Py_DECREF(field);
        refuse("field", "too long");
        return NULL;
    }
    int n = (int)PyArray_DIM(field, 0), m = (int)PyArray_DIM(field, 1);
    diffuse_(&n, &m, PyArray_DATA(field), &rate);
    int resolved = PyArray_ResolveWritebackIfCopy(field);
    Py_DECREF(field);
    if (resolved < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *total(PyObject *self, PyObject *const *args, Py_ssize_t given, PyObject *names)
{
    ARGUMENTS(TOTAL)
    int made = 0;
    PyArrayObject *field = (PyArrayObject *)args[0];
    if (!fits(args[0], 2, NPY_ARRAY_ALIGNED)) {
        made = 1;
        if (!(field = convert(args[0], 2, NPY_ARRAY_ALIGNED, "field"))) return NULL;
    }
    CFI_CDESC_T(2) store;
    CFI_cdesc_t *descriptor = (CFI_cdesc_t *)&store;
    memset(&store, 0, sizeof store);
    descriptor->base_addr = PyArray_DATA(field);
    descriptor->elem_len = sizeof(double);
    descriptor->version = CFI_VERSION;
    descriptor->rank = 2;
    descriptor->attribute = CFI_attribute_other;
    descriptor->type = CFI_type_double;
    for (int d = 0; d < 2; d++) {
        descriptor->dim[d].extent = PyArray_DIM(field, d);
        descriptor->dim[d].sm = PyArray_STRIDE(field, d);
    }
    double sum = bench_total(descriptor);
    if (made) Py_DECREF(field);
    return PyFloat_FromDouble(sum);
}

#define METHOD(name) {#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL | METH_KEYWORDS, NULL}
static PyMethodDef methods[] = {
    METHOD(add), METHOD(scale), METHOD(dot), METHOD(axpy), METHOD(diffuse), METHOD(total), {0},
};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "byhand", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_byhand(void)
{
    import_array();
    for (int s = 0; s < COUNT; s++)
        for (int i = 0; i < signatures[s].count; i++)
            if (!(signatures[s].interned[i] = PyUnicode_InternFromString(signatures[s].names[i]))) return NULL;
    return PyModule_Create(&definition);
}
