/*
 * interrupt - Ctrl-C and its kin, held back but while we wait.
 *
 * Signals that ask us to stop are blocked during a run and let in only inside
 * interrupt_poll(), so that none is lost between a check and a wait.
 */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

void interrupt_catch(void);

/* As before interrupt_catch(); a trial's process calls it too, before exec. */
void interrupt_release(void);

/* The signal that came, 0 while none did. Looks for pending ones too. */
int interrupt_pending(void);

/* poll() with the signals let in; -EINTR when one came. @timeout_ns: UINT64_MAX for ever. */
int interrupt_poll(struct pollfd *fds, nfds_t count, uint64_t timeout_ns);

#endif
