/* Loops of jansson, whose headers cppcheck does not read. */
#define json_object_foreach(object, key, value) \
	for ((key) = key_of(object); ((value) = member_of(object, key)); (key) = key_of(object))
#define json_array_foreach(array, index, value) \
	for ((index) = 0; ((value) = member_of(array, index)); (index)++)
