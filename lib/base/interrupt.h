/*
 * interrupt - holds back Ctrl-C and other signals that ask the program to end.
 *
 * They are blocked during a run, and delivered only inside interrupt_poll(), so that none is lost
 * between a check and a wait.
 */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

void interrupt_catch(void);

/* Handles signals as before interrupt_catch(); a trial's process calls it, too, before exec. */
void interrupt_release(void);

/* Returns the signal that came, also one that is held back; 0: none. */
int interrupt_pending(void);

/* Does a poll() in which signals are delivered; -EINTR when one was. @timeout_ns UINT64_MAX: none. */
int interrupt_poll(struct pollfd *fds, nfds_t count, uint64_t timeout_ns);

#endif
