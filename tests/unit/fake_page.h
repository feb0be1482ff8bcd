/*
 * fake_page - a kernel whose base pages have another size than this host's.
 */
#ifndef FAKE_PAGE_H
#define FAKE_PAGE_H

#include <unistd.h>

static long fake_page_bytes; /* 0: the host's own */

extern long __sysconf(int name); /* the C library's, which is called where sysconf() is replaced */

long sysconf(int name)
{
	return name == _SC_PAGESIZE && fake_page_bytes ? fake_page_bytes : __sysconf(name);
}

#endif
