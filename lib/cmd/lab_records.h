/*
 * lab_records - what the lab's scripts have this program do with records, and nobody else.
 */
#ifndef CMD_LAB_RECORDS_H
#define CMD_LAB_RECORDS_H

/* `lab profile-records COUNTS KALLSYMS RESULTS`. Returns the exit status. */
int lab_profile_records(int argc, char **argv);

#endif
