/* I/O statements. This file is the second part of `stops.c`.
 *
 * libgfortran keeps a unit locked from the beginning of an I/O statement to its end, so nothing is raised in between: a
 * statement without IOSTAT gets one, its end is waited for, and then its error is raised. Statements that have begun in
 * frames which are left for another reason are ended first.
 */

/* The beginning of libgfortran's `st_parameter_common`: an interface that compiled programs depend on. */
struct parameters {
    int32_t flags;
    int32_t unit;
    const char *filename;
    int32_t line;
    size_t iomsg_length;
    char *iomsg;
    int32_t *iostat;
};

enum {
    OUTCOME = 3, /* how the statement ended: 0, or one of the next three */
    FAILED = 1,
    END_OF_FILE = 2,
    END_OF_RECORD = 3,
    HAS_ERR = 1 << 2,
    HAS_END = 1 << 3,
    HAS_EOR = 1 << 4,
    HAS_IOSTAT = 1 << 5,
    HAS_IOMSG = 1 << 6,
    /* Of data transfers: another thread may write IOSTAT after the statement. */
    HAS_ASYNCHRONOUS = 1 << 18,
};

typedef void Procedure(struct parameters *);

/* A data transfer that has begun. */
struct statement {
    struct parameters *parameters;
    Procedure *done;
    struct statement *outer;
    /* Whether it calls procedures of the user from inside libgfortran (defined I/O of a derived type). */
    int inside;
    bool forced;
    bool allocated;
    int32_t iostat;
    char message[256];
};

enum { ROOM = 3 };

static _Thread_local struct statement room[ROOM];
static _Thread_local struct statement *innermost;

/* Gives a statement IOSTAT and IOMSG where it has none: libgfortran then returns instead of ending the process. */
static bool force(struct parameters *parameters, int32_t *iostat, char *message, size_t length)
{
    if (parameters->flags & HAS_IOSTAT)
        return false;
    *iostat = 0;
    message[0] = '\0';
    parameters->iostat = iostat;
    if (!(parameters->flags & HAS_IOMSG)) {
        parameters->iomsg = message;
        parameters->iomsg_length = length;
    }
    parameters->flags |= HAS_IOSTAT | HAS_IOMSG;
    return true;
}

/* Whether the statement failed in a way for which it has no label. */
static bool failed(const struct parameters *parameters)
{
    switch (parameters->flags & OUTCOME) {
    case FAILED:
        return !(parameters->flags & HAS_ERR);
    case END_OF_FILE:
        return !(parameters->flags & HAS_END);
    case END_OF_RECORD:
        return !(parameters->flags & HAS_EOR);
    default:
        return false;
    }
}

static NORETURN void raise_failure(const struct parameters *parameters, int32_t iostat)
{
    const char *message = parameters->iomsg, *file = parameters->filename;
    size_t length = message[0] != '\0' ? parameters->iomsg_length : 0;
    char where[LONGEST];
    while (length > 0 && message[length - 1] == ' ')
        length--;
    if (length == 0) {
        message = "I/O error";
        length = strlen(message);
    }
    snprintf(where, sizeof where, "%s:%d", file != NULL ? file : "", (int)parameters->line);
    if (file == NULL)
        where[0] = '\0';
    raise_error(where, message, length, where, &iostat);
    snprintf(where, sizeof where, "At line %d of file %s", (int)parameters->line, file != NULL ? file : "?");
    _gfortran_runtime_error_at(where, "%.*s", (int)length, message);
}

static void drop_innermost(void)
{
    struct statement *statement = innermost;
    innermost = statement->outer;
    if (statement->allocated)
        free(statement);
}

/* Statements of frames that are gone: whoever left them has not told. */
static void drop_left(const void *local)
{
    while (innermost != NULL && (uintptr_t)innermost->parameters < (uintptr_t)local)
        drop_innermost();
}

/* Whether frames below this stack address may be left; or ends the statements that they have begun. */
static int statements(size_t limit, int finish)
{
    char local = 0;
    drop_left(&local);
    if (!finish) {
        struct statement *statement = innermost;
        for (; statement != NULL && (uintptr_t)statement->parameters < limit; statement = statement->outer)
            if (statement->inside)
                return 0;
        return 1;
    }
    while (innermost != NULL && (uintptr_t)innermost->parameters < limit) {
        struct parameters *parameters = innermost->parameters;
        innermost->done(parameters);
        drop_innermost();
    }
    return 1;
}

static struct statement *place(void)
{
    struct statement *next = innermost == NULL ? room : innermost + 1;
    bool is_room = innermost == NULL || (!innermost->allocated && next < room + ROOM);
    if (!is_room) {
        next = malloc(sizeof *next);
        if (next == NULL)
            return NULL;
    }
    next->allocated = !is_room;
    return next;
}

/* Begins a data transfer, which `done` will end. */
static void begin(struct parameters *parameters, Procedure *original, Procedure *done)
{
    static int registered;
    struct statement *statement;
    if (!__atomic_load_n(&registered, __ATOMIC_RELAXED)) {
        _fwrap_register_statements(statements);
        __atomic_store_n(&registered, 1, __ATOMIC_RELAXED);
    }
    drop_left(&statement);
    statement = parameters->flags & HAS_ASYNCHRONOUS ? NULL : place();
    if (statement != NULL) {
        statement->parameters = parameters;
        statement->done = done;
        statement->outer = innermost;
        statement->inside = 0;
        statement->forced = force(parameters, &statement->iostat, statement->message, sizeof statement->message);
        innermost = statement;
    }
    original(parameters);
}

static struct statement *find(const struct parameters *parameters)
{
    struct statement *statement = innermost;
    while (statement != NULL && statement->parameters != parameters)
        statement = statement->outer;
    return statement;
}

static void end(struct parameters *parameters, Procedure *original)
{
    struct statement *statement = find(parameters);
    bool is_failure;
    int32_t iostat;
    if (statement == NULL) {
        /* Dropped, by a thread that changes its stack: its error is raised all the same. */
        bool is_ours = (uintptr_t)parameters->iostat - (uintptr_t)room < sizeof room;
        original(parameters);
        if (is_ours && (parameters->flags & HAS_IOSTAT) && failed(parameters))
            raise_failure(parameters, *parameters->iostat);
        return;
    }
    /* Items of a namelist may have defined I/O, which is done now. */
    statement->inside++;
    original(parameters);
    is_failure = statement->forced && failed(parameters);
    iostat = statement->iostat;
    while (innermost != statement)
        drop_innermost();
    if (is_failure) {
        /* The message is in the statement, which must not be among the pending ones any more. */
        struct statement copy = *statement;
        if (parameters->iomsg == statement->message)
            parameters->iomsg = copy.message;
        drop_innermost();
        raise_failure(parameters, iostat);
    }
    drop_innermost();
}

/* A statement that ends where it begins. */
static void do_whole(struct parameters *parameters, Procedure *original)
{
    int32_t iostat;
    char message[256];
    bool forced = force(parameters, &iostat, message, sizeof message);
    original(parameters);
    if (forced && failed(parameters))
        raise_failure(parameters, iostat);
}

#define TRANSFER(name)                                                                                                 \
    extern THEIRS Procedure _gfortran_##name, _gfortran_##name##_done;                                                 \
    OURS void _fwrap_##name(struct parameters *parameters)                                                             \
    {                                                                                                                  \
        begin(parameters, _gfortran_##name, _gfortran_##name##_done);                                                  \
    }                                                                                                                  \
    OURS void _fwrap_##name##_done(struct parameters *parameters)                                                      \
    {                                                                                                                  \
        end(parameters, _gfortran_##name##_done);                                                                      \
    }
TRANSFER(st_read)
TRANSFER(st_write)

#define WHOLE(name)                                                                                                    \
    extern THEIRS Procedure _gfortran_##name;                                                                          \
    OURS void _fwrap_##name(struct parameters *parameters)                                                             \
    {                                                                                                                  \
        do_whole(parameters, _gfortran_##name);                                                                        \
    }
WHOLE(st_open)
WHOLE(st_close)
WHOLE(st_inquire)
WHOLE(st_rewind)
WHOLE(st_backspace)
WHOLE(st_endfile)
WHOLE(st_flush)
WHOLE(st_wait)
WHOLE(st_wait_async)

/* Calls procedures of the user from inside libgfortran. */
extern THEIRS void _gfortran_transfer_derived(struct parameters *parameters, void *source, void *procedure);

OURS void _fwrap_transfer_derived(struct parameters *parameters, void *source, void *procedure)
{
    struct statement *statement = find(parameters);
    if (statement != NULL)
        statement->inside++;
    _gfortran_transfer_derived(parameters, source, procedure);
    if (statement != NULL)
        statement->inside--;
}

/* What compilers call where a unit number is out of range, before the statement begins. */
extern THEIRS void _gfortran_generate_error(struct parameters *parameters, int family, const char *message);

OURS void _fwrap_generate_error(struct parameters *parameters, int family, const char *text)
{
    int32_t iostat;
    char message[256] = "";
    bool forced = _fwrap_find_way_out(message) != 0 && force(parameters, &iostat, message, sizeof message);
    _gfortran_generate_error(parameters, family, text);
    if (forced && failed(parameters))
        raise_failure(parameters, iostat);
}
