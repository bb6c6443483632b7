#include "memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "settings.h"

namespace gatun {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kAlignment = 512;   // what every allocation of a real device has
constexpr size_t kQuarantine = 64;   // freed slots of one size that wait before the first is used again

size_t roundUp(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

// Slots come in sizes of a power of two, lest every size have its own free list.
size_t slotPagesFor(size_t used) {
  size_t pages = 2;
  while (pages < used + 1) {
    pages *= 2;
  }
  return pages;
}

// 8 GiB, or half of what this machine has.
size_t usualLimit() {
  size_t half = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE)) / 2;
  return std::min(half, size_t{8} << 30);
}

}  // namespace

Memory& Memory::instance() {
  static Memory& memory = *new Memory();  // never destroyed: other threads may still run at exit
  return memory;
}

Memory::Memory() : limit_(setting("GATUN_EMULATOR_MEMORY", usualLimit())) {
  for (size_t size = size_t{1} << 42; size >= size_t{1} << 32; size /= 2) {
    void* region = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (region != MAP_FAILED) {
      base_ = reinterpret_cast<uintptr_t>(region);
      size_ = size;
      fresh_ = base_;
      return;
    }
  }
  report("no address space for device memory");
}

uintptr_t Memory::takeSlot(size_t pages) {
  auto& freed = freed_[pages];
  bool full = size_ - (fresh_ - base_) < pages * kPage;
  if (freed.size() > kQuarantine || (full && !freed.empty())) {
    auto oldest = allocations_.find(freed.front());
    freed.pop_front();
    uintptr_t slot = oldest->second.slot;
    allocations_.erase(oldest);
    return slot;
  }
  if (full) {
    return 0;
  }
  uintptr_t slot = fresh_;
  fresh_ += pages * kPage;
  return slot;
}

CUresult Memory::allocate(int device, size_t bytes, CUdeviceptr* address) {
  if (bytes == 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (device != kHost && (bytes > limit_ || live_[device + 1] > limit_ - bytes)) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  Allocation allocation;
  allocation.bytes = bytes;
  allocation.device = device;
  allocation.live = true;
  allocation.usedPages = roundUp(bytes, kPage) / kPage;
  allocation.slotPages = slotPagesFor(allocation.usedPages);
  allocation.slot = takeSlot(allocation.slotPages);
  if (allocation.slot == 0) {
    report("%zu bytes: the address space kept for device memory is used up", bytes);
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  // The allocation ends with its slot; the next slot begins with a page that is never mapped.
  uintptr_t end = allocation.slot + allocation.slotPages * kPage;
  uintptr_t mapped = end - allocation.usedPages * kPage;
  if (mprotect(reinterpret_cast<void*>(mapped), allocation.usedPages * kPage, PROT_READ | PROT_WRITE) != 0) {
    report("%zu bytes: the system maps no more pages (too many separate allocations?)", bytes);
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  std::memset(reinterpret_cast<void*>(mapped), kPoison, allocation.usedPages * kPage);
  allocation.address = end - roundUp(bytes, kAlignment);
  allocations_[allocation.address] = allocation;
  live_[device + 1] += bytes;
  peak_[device + 1] = std::max(peak_[device + 1], live_[device + 1]);
  *address = allocation.address;
  return CUDA_SUCCESS;
}

// Bytes between the allocation and the pages' ends must still be what they were.
void Memory::checkSlack(const Allocation& allocation) const {
  const auto* end = reinterpret_cast<const unsigned char*>(allocation.slot + allocation.slotPages * kPage);
  const auto* from = reinterpret_cast<const unsigned char*>(allocation.address);
  for (const unsigned char* at = from + allocation.bytes; at < end; at++) {
    if (*at != kPoison) {
      report("somebody wrote %td bytes past the end of the %zu bytes at %p", at - from - allocation.bytes,
             allocation.bytes, static_cast<const void*>(from));
      return;
    }
  }
  for (const unsigned char* at = end - allocation.usedPages * kPage; at < from; at++) {
    if (*at != kPoison) {
      report("somebody wrote %td bytes before the %zu bytes at %p", from - at, allocation.bytes,
             static_cast<const void*>(from));
      return;
    }
  }
}

CUresult Memory::release(CUdeviceptr address, bool host) {
  auto found = allocations_.find(address);
  if (found == allocations_.end() || !found->second.live || (found->second.device == kHost) != host) {
    char where[300];
    describe(address, where, sizeof where);
    report("free of 0x%llx, which is no %s allocation: %s", address, host ? "host" : "device", where);
    return CUDA_ERROR_INVALID_VALUE;
  }
  Allocation& allocation = found->second;
  checkSlack(allocation);
  allocation.live = false;
  live_[allocation.device + 1] -= allocation.bytes;
  // Mapping anew rather than mprotect: it also gives the pages back and lets neighbouring holes become one mapping.
  size_t bytes = allocation.usedPages * kPage;
  uintptr_t mapped = allocation.slot + allocation.slotPages * kPage - bytes;
  mmap(reinterpret_cast<void*>(mapped), bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  freed_[allocation.slotPages].push_back(address);
  return CUDA_SUCCESS;
}

const Allocation* Memory::find(CUdeviceptr address) const {
  auto after = allocations_.upper_bound(address);
  if (after == allocations_.begin()) {
    return nullptr;
  }
  const Allocation& allocation = std::prev(after)->second;
  return allocation.live && address - allocation.address < allocation.bytes ? &allocation : nullptr;
}

bool Memory::inBounds(CUdeviceptr address, size_t bytes, const char* what) const {
  const Allocation* allocation = find(address);
  if (allocation != nullptr && bytes <= allocation->bytes - (address - allocation->address)) {
    return true;
  }
  char where[300];
  describe(address, where, sizeof where);
  report("%s of %zu bytes at 0x%llx is out of bounds: %s", what, bytes, address, where);
  return false;
}

void Memory::describe(CUdeviceptr address, char* text, size_t room) const {
  if (!owns(address)) {
    std::snprintf(text, room, "no memory of a device");
    return;
  }
  auto after = allocations_.upper_bound(address);
  if (after != allocations_.begin()) {
    const Allocation& before = std::prev(after)->second;
    size_t distance = address - before.address;
    if (distance < before.bytes) {
      std::snprintf(text, room, "byte %zu of %zu at 0x%llx%s", distance, before.bytes, before.address,
                    before.live ? "" : ", which have been freed");
      return;
    }
    if (after == allocations_.end() || distance - before.bytes <= after->second.address - address) {
      std::snprintf(text, room, "%zu bytes past the end of %zu bytes at 0x%llx%s", distance - before.bytes,
                    before.bytes, before.address, before.live ? "" : ", which have been freed");
      return;
    }
  }
  if (after != allocations_.end()) {
    const Allocation& next = after->second;
    std::snprintf(text, room, "%llu bytes before %zu bytes at 0x%llx%s", next.address - address, next.bytes,
                  next.address, next.live ? "" : ", which have been freed");
    return;
  }
  std::snprintf(text, room, "between allocations");
}

CUresult Memory::registerHost(const void* address, size_t bytes) {
  if (bytes == 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  return registered_.emplace(reinterpret_cast<uintptr_t>(address), bytes).second
             ? CUDA_SUCCESS
             : CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED;
}

CUresult Memory::unregisterHost(const void* address) {
  return registered_.erase(reinterpret_cast<uintptr_t>(address)) != 0 ? CUDA_SUCCESS
                                                                      : CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
}

bool Memory::pinned(const void* address, size_t bytes) const {
  uintptr_t from = reinterpret_cast<uintptr_t>(address);
  if (owns(from)) {
    return find(from) != nullptr;
  }
  auto after = registered_.upper_bound(from);
  if (after == registered_.begin()) {
    return false;
  }
  auto range = std::prev(after);
  return bytes <= range->second && from - range->first <= range->second - bytes;
}

}  // namespace gatun
