/* The ways to end a process that C has. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

int end_process(int way)
{
    switch (way) {
    case 1:
        exit(3);
    case 2:
        abort();
    case 3:
        assert(way == 0);
        return 0;
    case 4:
        _Exit(4);
    case 5:
        _exit(5);
    case 6:
        quick_exit(6);
    default:
        return 2 * way;
    }
}

extern void stop_here(void);

static void *run(void *nothing)
{
    stop_here();
    return nothing;
}

/* Calls Fortran on a thread on which nobody catches. */
void stop_elsewhere(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, run, NULL);
    pthread_join(thread, NULL);
}
