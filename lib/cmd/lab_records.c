#include <stdio.h>

#include "base/log.h"
#include "cmd/command.h"
#include "cmd/lab_records.h"
#include "profile/counted_results.h"

#define WORTH_SAYING 0.001 /* so much of a profile without a name */

int lab_profile_records(int argc, char **argv)
{
	struct counted_outcome outcome;
	struct reason reason = { "" };

	if (argc != 3) {
		log_error("lab profile-records: expected COUNTS KALLSYMS RESULTS");
		return EXIT_USAGE;
	}
	if (counted_results_add(argv[0], argv[1], argv[2], &outcome, &reason) < 0) {
		log_error("%s", reason.text);
		return EXIT_FAILED;
	}
	if (outcome.unknown_share > WORTH_SAYING)
		log_note("%.1f %% of %s ran where the kernel names no function: is a module "
			 "there without its symbols?",
			 100 * outcome.unknown_share, outcome.unknown_in);
	printf("%zu\n", outcome.profiles);
	return EXIT_DONE;
}
