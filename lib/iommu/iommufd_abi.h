/*
 * iommufd_abi - the kernel's ABI of /dev/iommu and of VFIO's character devices, as far as it is
 * used here: distributions' headers lack it, or parts of it.
 *
 * Names are this project's own, so that a system whose headers have all of it compiles, too.
 */
#ifndef IOMMU_IOMMUFD_ABI_H
#define IOMMU_IOMMUFD_ABI_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <linux/vfio.h>

/* Of a device's descriptor (6.6); arguments start with their size. */
#define CDEV_BIND _IO(VFIO_TYPE, VFIO_BASE + 18)
#define CDEV_ATTACH _IO(VFIO_TYPE, VFIO_BASE + 19)

struct cdev_bind {
	__u32 argsz;
	__u32 flags;
	__s32 iommufd;
	__u32 out_devid;
};

struct cdev_attach {
	__u32 argsz;
	__u32 flags;
	__u32 pt_id; /* of the address space; the kernel answers with that of the page table */
};

/* Of /dev/iommu (6.2); arguments start with their size. */
#define IOAS_REQUEST(number) _IO(';', number)

#define IOAS_ALLOC IOAS_REQUEST(0x81)
#define IOAS_COPY IOAS_REQUEST(0x83)
#define IOAS_IOVA_RANGES IOAS_REQUEST(0x84)
#define IOAS_MAP IOAS_REQUEST(0x85)
#define IOAS_UNMAP IOAS_REQUEST(0x86)
#define IOAS_OPTION IOAS_REQUEST(0x87)
#define IOAS_MAP_FILE IOAS_REQUEST(0x8f) /* 6.13 */

struct ioas_alloc {
	__u32 size;
	__u32 flags;
	__u32 out_ioas_id;
};

struct ioas_range {
	__aligned_u64 start;
	__aligned_u64 last;
};

/* EMSGSIZE where there are more ranges than room for them; num_iovas is how many there are. */
struct ioas_iova_ranges {
	__u32 size;
	__u32 ioas_id;
	__u32 num_iovas;
	__u32 reserved;
	__aligned_u64 allowed_iovas;
	__aligned_u64 out_iova_alignment;
};

enum {
	IOAS_FIXED_IOVA = 1 << 0,
	IOAS_WRITEABLE = 1 << 1,
	IOAS_READABLE = 1 << 2,
};

struct ioas_map {
	__u32 size;
	__u32 flags;
	__u32 ioas_id;
	__u32 reserved;
	__aligned_u64 user_va;
	__aligned_u64 length;
	__aligned_u64 iova;
};

struct ioas_map_file {
	__u32 size;
	__u32 flags;
	__u32 ioas_id;
	__s32 fd;
	__aligned_u64 start;
	__aligned_u64 length;
	__aligned_u64 iova;
};

struct ioas_copy {
	__u32 size;
	__u32 flags;
	__u32 dst_ioas_id;
	__u32 src_ioas_id;
	__aligned_u64 length;
	__aligned_u64 dst_iova;
	__aligned_u64 src_iova;
};

/* 0 to UINT64_MAX is all; length is what was unmapped. */
struct ioas_unmap {
	__u32 size;
	__u32 ioas_id;
	__aligned_u64 iova;
	__aligned_u64 length;
};

enum {
	IOAS_RLIMIT_MODE = 0, /* of all; 1: locked memory counts by process, not by user */
	IOAS_HUGE_PAGES = 1, /* of one address space; 0: leaves of the page size only */
};

enum { IOAS_OPTION_SET = 0 };

struct ioas_option {
	__u32 size;
	__u32 option_id;
	__u16 op;
	__u16 reserved;
	__u32 object_id;
	__aligned_u64 val64;
};

#endif
