/* Reads back what was encoded by a decoder of its own, written from profile.proto. */
#include "boots.h"
#include "profile/pprof.h"

/* ---- a decoder of protocol buffers ---- */

struct wire {
	const unsigned char *at, *end;
};

/* A field: a number, or bytes. */
struct wire_field {
	unsigned int number;
	uint64_t value;
	struct wire bytes;
};

static uint64_t take_varint(struct wire *wire)
{
	uint64_t value = 0;

	for (int shift = 0;; shift += 7) {
		must(wire->at < wire->end && shift < 64, "a number that does not end");
		value |= (uint64_t)(*wire->at & 0x7f) << shift;
		if (!(*wire->at++ & 0x80))
			return value;
	}
}

static bool take_field(struct wire *wire, struct wire_field *field)
{
	uint64_t key, length;

	if (wire->at == wire->end)
		return false;
	key = take_varint(wire);
	*field = (struct wire_field){ .number = (unsigned int)(key >> 3) };
	if ((key & 7) == 0) {
		field->value = take_varint(wire);
		return true;
	}
	must((key & 7) == 2, "kind %d", (int)(key & 7));
	length = take_varint(wire);
	must(length <= (uint64_t)(wire->end - wire->at), "a field of %d bytes", (int)length);
	field->bytes = (struct wire){ wire->at, wire->at + length };
	wire->at += length;
	return true;
}

/* Returns the number in field @number of a message; 0 if it is left out. */
static uint64_t number_in(struct wire message, unsigned int number)
{
	struct wire_field field;

	while (take_field(&message, &field))
		if (field.number == number)
			return field.value;
	return 0;
}

/* ---- a profile as text ---- */

static const char *string_at(struct wire profile, uint64_t place)
{
	static char texts[8][256];
	static size_t next;
	char *text = texts[next++ % 8];
	struct wire_field field;

	while (take_field(&profile, &field))
		if (field.number == 6 && !place--) {
			snprintf(text, sizeof(texts[0]), "%.*s",
				 (int)(field.bytes.end - field.bytes.at),
				 (const char *)field.bytes.at);
			return text;
		}
	fail();
	return NULL;
}

/* Returns the message of kind @number whose id, its first field, is @id. */
static struct wire find_message(struct wire profile, unsigned int number, uint64_t id)
{
	struct wire_field field;

	while (take_field(&profile, &field))
		if (field.number == number && number_in(field.bytes, 1) == id)
			return field.bytes;
	fail();
	return profile;
}

static size_t spell_location(struct wire profile, uint64_t id, char *text, size_t room)
{
	struct wire location = find_message(profile, 4, id), function, mapping;
	struct wire_field field;

	for (struct wire at = location; take_field(&at, &field);)
		if (field.number == 4)
			function = find_message(profile, 5, number_in(field.bytes, 1));
	mapping = find_message(profile, 3, number_in(location, 2));
	return (size_t)snprintf(text, room, "%s@%s ", string_at(profile, number_in(function, 2)),
				string_at(profile, number_in(mapping, 5)));
}

/* "g@m f@[kernel] 10 2 cell=b/a=b metric=op_ns\n" of each sample. */
static const char *spell(struct wire profile)
{
	static char text[4096];
	size_t used = 0;
	struct wire_field sample, field;

	text[0] = '\0';
	for (struct wire at = profile; take_field(&at, &sample);) {
		if (sample.number != 2)
			continue;
		for (struct wire in = sample.bytes; take_field(&in, &field);) {
			size_t room = sizeof(text) - used;

			if (field.number == 1)
				used += spell_location(profile, field.value, text + used, room);
			else if (field.number == 2)
				used += (size_t)snprintf(text + used, room, "%d ",
							 (int)field.value);
			else
				used += (size_t)snprintf(
					text + used, room, "%s=%s ",
					string_at(profile, number_in(field.bytes, 1)),
					string_at(profile, number_in(field.bytes, 2)));
		}
		used += (size_t)snprintf(text + used, sizeof(text) - used, "\n");
	}
	return text;
}

static struct wire written(struct pprof *pprof)
{
	static char bytes[65536];
	FILE *file = fmemopen(memset(bytes, 0, sizeof(bytes)), sizeof(bytes), "w");
	long length;

	assert_int_equal(pprof_write(pprof, file), 0);
	length = ftell(file);
	fclose(file);
	return (struct wire){ (unsigned char *)bytes, (unsigned char *)bytes + length };
}

static int add(struct pprof *pprof, const struct boot_profile_text *text, const char *label,
	       struct reason *reason)
{
	struct profile *profile = boot_profile_of(text);
	int ret = pprof_add(pprof, profile, label, reason);

	profile_free(profile);
	return ret;
}

/* ---- tests ---- */

TEST(stacks_are_samples_with_calls_and_labels)
{
	struct boot_profile_text text = {
		.cell = "b/a=b",
		.metric = "op_ns",
		.stacks = "[user]=3 [user];f=300/1 [user];f;g@m=100000/512"
	};
	struct pprof *pprof;
	struct wire profile;

	assert_int_equal(pprof_new(&pprof), 0);
	assert_int_equal(add(pprof, &text, NULL, NULL), 0);
	text.stacks = "[user]=4";
	assert_int_equal(add(pprof, &text, "7.3", NULL), 0);
	profile = written(pprof);
	assert_string_equal(spell(profile),
			    "[user]@[user] 3 0 cell=b/a=b metric=op_ns \n"
			    "f@[kernel] [user]@[user] 300 1 cell=b/a=b metric=op_ns \n"
			    "g@m f@[kernel] [user]@[user] 100000 512 cell=b/a=b metric=op_ns \n"
			    "[user]@[user] 4 0 kernel=7.3 cell=b/a=b metric=op_ns \n");
	assert_string_equal(string_at(profile, 0), "");
	assert_string_equal(string_at(profile, number_in(profile, 14)), "instructions");
	pprof_free(pprof);
	pprof_free(NULL);
}

TEST(samples_have_no_calls)
{
	const struct boot_profile_text text = { .cell = "b/a=b",
						.metric = "op_ns",
						.unit = "samples",
						.event = "cycles:k",
						.stacks = "f=3" };
	struct pprof *pprof;

	assert_int_equal(pprof_new(&pprof), 0);
	assert_int_equal(add(pprof, &text, NULL, NULL), 0);
	assert_string_equal(spell(written(pprof)), "f@[kernel] 3 cell=b/a=b metric=op_ns \n");
	pprof_free(pprof);
}

TEST(profiles_in_two_units_are_refused)
{
	struct boot_profile_text text = { .cell = "b/a=b", .metric = "op_ns" };
	struct reason reason = { "" };
	struct pprof *pprof;

	assert_int_equal(pprof_new(&pprof), 0);
	assert_int_equal(add(pprof, &text, NULL, NULL), 0);
	text.unit = "samples";
	assert_int_equal(add(pprof, &text, NULL, &reason), -EINVAL);
	must_contain(reason.text, "export them apart");
	pprof_free(pprof);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_are_samples_with_calls_and_labels),
		cmocka_unit_test(samples_have_no_calls),
		cmocka_unit_test(profiles_in_two_units_are_refused),
	};

	return RUN(tests);
}
