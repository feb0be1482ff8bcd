#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shipped.h"
#include "base/text.h"
#include "matrix/config_named.h"
#include "measure/registry.h"
#include "result/cell_name.h"

static bool config_folder(size_t i, char *folder, size_t room)
{
	return shipped_folder("DMABENCH_CONFIGS", "configs", i, folder, room);
}

static bool find_config(const char *name, char *path, size_t room)
{
	char folder[PATH_MAX / 2 + 32];
	struct stat info;

	snprintf(path, room, "%s", name);
	if (strpbrk(name, "/.") && !stat(path, &info))
		return true;
	for (size_t i = 0; config_folder(i, folder, sizeof(folder)); i++) {
		snprintf(path, room, "%s/%s%s", folder, name, strstr(name, ".json") ? "" : ".json");
		if (!access(path, F_OK))
			return true;
	}
	return false;
}

/* Lists names of benchmarks and of configs, for a suggestion. */
static size_t list_names(const char **names, char configs[][64], size_t room)
{
	char folder[PATH_MAX / 2 + 32];
	struct dirent *entry;
	size_t count = 0, nr_configs = 0;
	DIR *dir;

	for (const char *const *name = bench_names(); *name && count < room - 1; name++)
		names[count++] = *name;
	for (size_t i = 0; config_folder(i, folder, sizeof(folder)); i++) {
		dir = opendir(folder);
		while (dir && count < room - 1 && (entry = readdir(dir))) {
			char *end = strstr(entry->d_name, ".json");

			if (!end || end[strlen(".json")] || end - entry->d_name >= 64)
				continue;
			snprintf(configs[nr_configs], 64, "%.*s", (int)(end - entry->d_name),
				 entry->d_name);
			names[count++] = configs[nr_configs++];
		}
		if (dir)
			closedir(dir);
	}
	names[count] = NULL;
	return count;
}

static int not_found(const char *name, struct reason *reason)
{
	static char configs[128][64];
	const char *names[128];
	char folders[2][PATH_MAX / 2], hint[80];

	if (strpbrk(name, "/."))
		return reason_set(reason, -ENOENT, "%s: no such file", name);
	list_names(names, configs, 128);
	config_folder(0, folders[0], sizeof(folders[0]));
	config_folder(1, folders[1], sizeof(folders[1]));
	return reason_set(reason, -ENOENT,
			  "\"%.40s\" is neither a benchmark nor a config in %.150s or %.150s%s",
			  name, folders[0], folders[1],
			  text_suggest(name, names, hint, sizeof(hint)));
}

int config_named(const char *word, const struct changes *changes, struct config **ret_config,
		 struct reason *reason)
{
	const char *name = word ? word : "default";
	char path[PATH_MAX];

	if (word && bench_find(word))
		return config_for_bench(bench_find(word), changes, ret_config, reason);
	if (find_config(name, path, sizeof(path)))
		return config_load(path, changes, ret_config, reason);
	if (strchr(name, '/') && !strstr(name, ".json") && cell_name_is_good(name))
		return config_for_cell(name, changes, ret_config, reason);
	return not_found(name, reason);
}
