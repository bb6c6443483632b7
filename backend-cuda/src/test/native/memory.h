// Device memory, and the host memory that devices may read (pinned). Both are pages of this process, so that a kernel
// reads them through plain pointers, but each allocation stands alone between unmapped pages and ends where a page ends:
// a kernel that runs past it faults, and copies are checked against its bounds.
//
// Fresh memory is full of 0xCB (as a float -2.7e7, as an index far out of range): nobody takes it for zeros. Freed memory
// is unmapped, and its addresses are used again as late as can be.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

#include "cuda_api.h"

namespace gatun {

constexpr int kHost = -1;  // the "device" of pinned memory
constexpr unsigned char kPoison = 0xCB;

struct Allocation {
  CUdeviceptr address = 0;
  size_t bytes = 0;
  int device = kHost;
  bool live = false;
  uintptr_t slot = 0;      // the pages it has, from the guard page before to its end
  size_t slotPages = 0;
  size_t usedPages = 0;    // those that are mapped while it lives, the last of the slot
};

class Memory {
 public:
  static Memory& instance();

  CUresult allocate(int device, size_t bytes, CUdeviceptr* address);

  // Unmaps an allocation, having looked whether somebody wrote beside it.
  CUresult release(CUdeviceptr address, bool host);

  // The live allocation that holds this address, or null.
  const Allocation* find(CUdeviceptr address) const;

  // Whether an address is one that was handed out here, live or not.
  bool owns(CUdeviceptr address) const { return address - base_ < size_; }

  // Whether a range lies within one live allocation; reports what is wrong if not.
  bool inBounds(CUdeviceptr address, size_t bytes, const char* what) const;

  // Where an address lies, in words. Safe in a signal handler.
  void describe(CUdeviceptr address, char* text, size_t room) const;

  // Host memory that the program declares to be readable by devices.
  CUresult registerHost(const void* address, size_t bytes);
  CUresult unregisterHost(const void* address);
  bool pinned(const void* address, size_t bytes) const;

  size_t limit() const { return limit_; }
  size_t liveBytes(int device) const { return live_[device + 1]; }
  size_t peakBytes(int device) const { return peak_[device + 1]; }

 private:
  Memory();
  uintptr_t takeSlot(size_t pages);
  void checkSlack(const Allocation& allocation) const;

  uintptr_t base_ = 0;
  size_t size_ = 0;
  uintptr_t fresh_ = 0;                                    // from here on nothing was handed out yet
  std::map<CUdeviceptr, Allocation> allocations_;          // freed ones too, until their slot is used again
  std::map<size_t, std::deque<CUdeviceptr>> freed_;        // by pages of the slot, the longest freed first
  std::map<uintptr_t, size_t> registered_;
  size_t limit_;
  static constexpr int kMaxDevices = 17;
  size_t live_[kMaxDevices] = {};
  size_t peak_[kMaxDevices] = {};
};

}  // namespace gatun
