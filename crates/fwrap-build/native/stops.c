/* What sources call instead of those procedures of libgfortran and C that end the process, or free memory.
 *
 * `redirect.rs` renames undefined symbols in objects: `_gfortran_stop_numeric` becomes `_fwrap_stop_numeric`. Each
 * function here asks the Rust runtime whether the frames between can be left. If so, the error is raised there; if not
 * (OpenMP regions, threads on which nobody catches), the original does what it always did.
 *
 * All functions are weak: two wrapped libraries in one program bring this object twice. */
#include <malloc.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OURS __attribute__((weak, visibility("hidden")))
#define THEIRS __attribute__((weak))
#define NORETURN __attribute__((noreturn))

/* The Rust runtime. The way out is the stack pointer of the frame that catches, or 0 where nobody does, or where frames
 * between must not be left; `local` is the address of a local variable of the function that was called here. */
extern size_t _fwrap_find_way_out(const void *local);
extern NORETURN void _fwrap_raise_stop(size_t way_out, int statement, int has_code, int code, const char *text,
                                       size_t length);
extern NORETURN void _fwrap_raise_runtime(size_t way_out, const char *message, size_t length, const char *where,
                                         int has_code, int code);
extern bool _fwrap_is_kept(const void *pointer);
extern bool _fwrap_give_up(const void *pointer);
extern void _fwrap_register_statements(int (*statements)(size_t limit, int finish));

/* The order is that of the runtime's names. */
enum { STOP, ERROR_STOP, EXIT, ABORT, PAUSE };

/* This one is in every libgfortran, and makes a linker that drops unneeded libraries keep it. */
extern NORETURN void _gfortran_stop_numeric(int code, bool quiet);
extern THEIRS NORETURN void _gfortran_stop_string(const char *text, size_t length, bool quiet);
extern THEIRS NORETURN void _gfortran_error_stop_numeric(int code, bool quiet);
extern THEIRS NORETURN void _gfortran_error_stop_string(const char *text, size_t length, bool quiet);
extern THEIRS NORETURN void _gfortran_exit_i4(const int32_t *status);
extern THEIRS NORETURN void _gfortran_exit_i8(const int64_t *status);
extern THEIRS NORETURN void _gfortran_abort(void);
extern THEIRS NORETURN void _gfortran_runtime_error(const char *format, ...);
extern THEIRS NORETURN void _gfortran_runtime_error_at(const char *where, const char *format, ...);
extern THEIRS NORETURN void _gfortran_os_error(const char *message);
extern THEIRS NORETURN void _gfortran_os_error_at(const char *where, const char *format, ...);
extern THEIRS void _gfortran_pause_numeric(int64_t code);
extern THEIRS void _gfortran_pause_string(const char *text, size_t length);
extern NORETURN void __assert_fail(const char *assertion, const char *file, unsigned int line, const char *function);

/* -------- stops */

static void raise_stop(const void *local, int statement, const int *code, const char *text, size_t length)
{
    size_t way_out = _fwrap_find_way_out(local);
    if (way_out != 0)
        _fwrap_raise_stop(way_out, statement, code != NULL, code != NULL ? *code : 0, text, length);
}

OURS NORETURN void _fwrap_stop_numeric(int code, bool quiet)
{
    raise_stop(&code, STOP, &code, NULL, 0);
    _gfortran_stop_numeric(code, quiet);
}

OURS NORETURN void _fwrap_stop_string(const char *text, size_t length, bool quiet)
{
    raise_stop(&length, STOP, NULL, text, length);
    _gfortran_stop_string(text, length, quiet);
}

OURS NORETURN void _fwrap_error_stop_numeric(int code, bool quiet)
{
    raise_stop(&code, ERROR_STOP, &code, NULL, 0);
    _gfortran_error_stop_numeric(code, quiet);
}

OURS NORETURN void _fwrap_error_stop_string(const char *text, size_t length, bool quiet)
{
    raise_stop(&length, ERROR_STOP, NULL, text, length);
    _gfortran_error_stop_string(text, length, quiet);
}

OURS NORETURN void _fwrap_exit_i4(const int32_t *status)
{
    int code = status != NULL ? *status : 0;
    raise_stop(&code, EXIT, &code, NULL, 0);
    _gfortran_exit_i4(status);
}

OURS NORETURN void _fwrap_exit_i8(const int64_t *status)
{
    int code = status != NULL ? (int)*status : 0;
    raise_stop(&code, EXIT, &code, NULL, 0);
    _gfortran_exit_i8(status);
}

OURS NORETURN void _fwrap_abort(void)
{
    char local = 0;
    raise_stop(&local, ABORT, NULL, NULL, 0);
    _gfortran_abort();
}

OURS NORETURN void _fwrap_c_exit(int code)
{
    raise_stop(&code, EXIT, &code, NULL, 0);
    exit(code);
}

OURS NORETURN void _fwrap_c__exit(int code)
{
    raise_stop(&code, EXIT, &code, NULL, 0);
    _Exit(code);
}

OURS NORETURN void _fwrap_c_quick_exit(int code)
{
    raise_stop(&code, EXIT, &code, NULL, 0);
    quick_exit(code);
}

OURS NORETURN void _fwrap_c_abort(void)
{
    char local = 0;
    raise_stop(&local, ABORT, NULL, NULL, 0);
    abort();
}

/* -------- memory that something else still looks at */

OURS void _fwrap_c_free(void *pointer)
{
    if (pointer != NULL && _fwrap_give_up(pointer))
        return;
    free(pointer);
}

OURS void *_fwrap_c_realloc(void *pointer, size_t size)
{
    if (pointer == NULL || !_fwrap_is_kept(pointer))
        return realloc(pointer, size);
    size_t old = malloc_usable_size(pointer);
    void *fresh = malloc(size != 0 ? size : 1);
    if (fresh != NULL) {
        memcpy(fresh, pointer, old < size ? old : size);
        _fwrap_c_free(pointer);
    }
    return fresh;
}

/* PAUSE asks on the terminal, and whoever does not answer `go` ends the program (as in libgfortran). */
static bool goes_on(void)
{
    char answer[4] = "";
    fputs("To resume execution, type go.  Other input will terminate the job.\n", stderr);
    return fgets(answer, sizeof answer, stdin) != NULL && strncmp(answer, "go\n", 3) == 0;
}

OURS void _fwrap_pause_numeric(int64_t code)
{
    int number = (int)code;
    if (!_fwrap_find_way_out(&number)) {
        _gfortran_pause_numeric(code);
        return;
    }
    fprintf(stderr, "PAUSE %d\n", number);
    if (!goes_on())
        raise_stop(&number, PAUSE, &number, NULL, 0);
}

OURS void _fwrap_pause_string(const char *text, size_t length)
{
    if (!_fwrap_find_way_out(&length)) {
        _gfortran_pause_string(text, length);
        return;
    }
    fprintf(stderr, "PAUSE %.*s\n", (int)length, text != NULL ? text : "");
    if (!goes_on())
        raise_stop(&length, PAUSE, NULL, text, length);
}

/* -------- errors of the runtime */

/* Longer messages than any that compilers write are cut. */
enum { LONGEST = 4096 };

static void raise_error(const void *local, const char *message, size_t length, const char *where, const int *code)
{
    size_t way_out = _fwrap_find_way_out(local);
    if (way_out != 0)
        _fwrap_raise_runtime(way_out, message, length, where, code != NULL, code != NULL ? *code : 0);
}

OURS NORETURN void _fwrap_runtime_error(const char *format, ...)
{
    char message[LONGEST];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    raise_error(message, message, strlen(message), NULL, NULL);
    _gfortran_runtime_error("%s", message);
}

OURS NORETURN void _fwrap_runtime_error_at(const char *where, const char *format, ...)
{
    char message[LONGEST];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    raise_error(message, message, strlen(message), where, NULL);
    _gfortran_runtime_error_at(where, "%s", message);
}

OURS NORETURN void _fwrap_os_error(const char *text)
{
    char local = 0;
    raise_error(&local, text, strlen(text), NULL, NULL);
    _gfortran_os_error(text);
}

OURS NORETURN void _fwrap_os_error_at(const char *where, const char *format, ...)
{
    char message[LONGEST];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    raise_error(message, message, strlen(message), where, NULL);
    _gfortran_os_error_at(where, "%s", message);
}

OURS NORETURN void _fwrap_c_assert_fail(const char *assertion, const char *file, unsigned int line,
                                        const char *function)
{
    char message[LONGEST], where[LONGEST];
    snprintf(message, sizeof message, "Assertion '%s' failed in %s", assertion, function != NULL ? function : file);
    snprintf(where, sizeof where, "%s:%u", file, line);
    raise_error(message, message, strlen(message), where, NULL);
    __assert_fail(assertion, file, line, function);
}

/* -------- EXECUTE_COMMAND_LINE */

#define COMMAND_LINE(kind, type)                                                                                       \
    extern THEIRS void _gfortran_execute_command_line_##kind(const char *, bool *, type *, type *, char *, size_t,     \
                                                             size_t);                                                  \
    OURS void _fwrap_execute_command_line_##kind(const char *command, bool *wait, type *exitstat,                      \
                                                         type *cmdstat, char *cmdmsg, size_t length,                   \
                                                         size_t cmdmsg_length)                                         \
    {                                                                                                                  \
        static const char failure[] = "Could not execute command line";                                                \
        type status = 0;                                                                                               \
        bool forced = cmdstat == NULL && _fwrap_find_way_out(&status) != 0;                                            \
        _gfortran_execute_command_line_##kind(command, wait, exitstat, forced ? &status : cmdstat, cmdmsg, length,     \
                                              cmdmsg_length);                                                          \
        if (forced && status > 0) {                                                                                    \
            int code = (int)status;                                                                                    \
            raise_error(&status, failure, sizeof failure - 1, NULL, &code);                                            \
        }                                                                                                              \
    }
COMMAND_LINE(i4, int32_t)
COMMAND_LINE(i8, int64_t)
