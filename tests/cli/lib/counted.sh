# shellcheck shell=bash disable=SC2154,SC2034
# Made-up boots of kernels whose instructions were counted by function. After boots.sh.

huge=vfio-map/iommu=type1v2/backing=hugetlb-2m/size=2MiB # 512 pages
thp=vfio-map/iommu=type1v2/backing=thp/size=2MiB

# counted FOLDER LABEL PIN MEDIAN STACKS OPTION…: unmapping takes PIN a page in unpinning, and STACKS.
counted() {
  local folder=$1 label=$2 pin=$3 median=$4 stacks=$5
  shift 5
  boots "$folder" --label "$label" --boots 5 --timing icount --noise 0 --spread 0 --per-size \
    --cell "$huge" unmap_ns "$median" --cell "$huge" map_ns 1e6 --cell "$thp" unmap_ns 5e5 \
    --profile "$huge" unmap_ns "[user]=40 [user];ioctl=960/1 [user];ioctl;unpin@vfio=$((512 * pin))/512 $stacks" \
    --profile "$thp" unmap_ns "[user]=40 [user];ioctl=499960/1" "$@"
}

# The same question, answered by other functions.
iova='[user];ioctl;unmap@vfio;iommu_iova_to_phys'
old="[user];ioctl;unmap@vfio=1000/1 $iova=2560/512 $iova;intel=30720/512"
young="[user];ioctl;unmap@vfio=1000/1 $iova=2560/512 $iova;generic.isra.0=57344/512"

# counted_kernels: folders 6.18 and 7.3, whose first boots have profiles.
counted_kernels() {
  counted 6.18 6.18 20 46000 "$old" --profiled 1 --interrupts 480
  counted 7.3 7.3 40 82864 "$young" --profiled 1 --interrupts 480 --position 1
}
