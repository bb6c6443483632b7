// Devices, and what the emulator counts.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "context.h"
#include "fault.h"

namespace gatun {

int deviceCount() {
  static const int count = static_cast<int>(setting("GATUN_EMULATOR_DEVICES", 2));
  return count > 16 ? 16 : count;
}

namespace {

int architecture() { return static_cast<int>(setting("GATUN_EMULATOR_ARCH", 90)); }

struct Attribute {
  int number;
  int value;
};

// CUdevice_attribute's numbers.
const Attribute kAttributes[] = {
    {1, kMaxThreads},        // MAX_THREADS_PER_BLOCK
    {2, 1024},               // MAX_BLOCK_DIM_X
    {3, 1024},               // MAX_BLOCK_DIM_Y
    {4, 64},                 // MAX_BLOCK_DIM_Z
    {5, 2147483647},         // MAX_GRID_DIM_X
    {6, 65535},              // MAX_GRID_DIM_Y
    {7, 65535},              // MAX_GRID_DIM_Z
    {8, kStaticShared},      // MAX_SHARED_MEMORY_PER_BLOCK
    {9, 65536},              // TOTAL_CONSTANT_MEMORY
    {10, kWarp},             // WARP_SIZE
    {11, 2147483647},        // MAX_PITCH
    {12, 65536},             // MAX_REGISTERS_PER_BLOCK
    {13, 1980000},           // CLOCK_RATE, kHz
    {14, 512},               // TEXTURE_ALIGNMENT
    {15, 1},                 // GPU_OVERLAP
    {17, 0},                 // KERNEL_EXEC_TIMEOUT
    {18, 0},                 // INTEGRATED
    {19, 1},                 // CAN_MAP_HOST_MEMORY
    {20, 0},                 // COMPUTE_MODE
    {31, 1},                 // CONCURRENT_KERNELS
    {33, 0},                 // PCI_BUS_ID
    {36, 2619000},           // MEMORY_CLOCK_RATE, kHz
    {37, 5120},              // GLOBAL_MEMORY_BUS_WIDTH, bits
    {38, 50 << 20},          // L2_CACHE_SIZE
    {39, 2048},              // MAX_THREADS_PER_MULTIPROCESSOR
    {40, 3},                 // ASYNC_ENGINE_COUNT
    {41, 1},                 // UNIFIED_ADDRESSING
    {78, 1},                 // STREAM_PRIORITIES_SUPPORTED
    {81, 233472},            // MAX_SHARED_MEMORY_PER_MULTIPROCESSOR
    {82, 65536},             // MAX_REGISTERS_PER_MULTIPROCESSOR
    {83, 0},                 // MANAGED_MEMORY
    {97, kOptInShared},      // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
    {106, 32},               // MAX_BLOCKS_PER_MULTIPROCESSOR
    {111, 1024},             // RESERVED_SHARED_MEMORY_PER_BLOCK
    {115, 0},                // MEMORY_POOLS_SUPPORTED
};

int attribute(int number) {
  switch (number) {
    case 16:  // MULTIPROCESSOR_COUNT: few, so that grids sized by it make their threads loop
      return static_cast<int>(setting("GATUN_EMULATOR_MULTIPROCESSORS", 4));
    case 75:
      return architecture() / 10;
    case 76:
      return architecture() % 10;
    default:
      for (const Attribute& known : kAttributes) {
        if (known.number == number) {
          return known.value;
        }
      }
      return 0;
  }
}

bool ready = false;

}  // namespace

bool initialised() { return ready; }

}  // namespace gatun

using namespace gatun;

GATUN_EXPORT CUresult cuInit(unsigned flags) {
  if (flags != 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  Call call;
  if (deviceCount() == 0) {
    return CUDA_ERROR_NO_DEVICE;
  }
  if (!ready) {
    ready = true;
    Memory::instance();
    catchFaults();
  }
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDriverGetVersion(int* version) {
  *version = static_cast<int>(setting("GATUN_EMULATOR_DRIVER", 13000));
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDeviceGetCount(int* count) {
  Call call;
  if (!ready) {
    return CUDA_ERROR_NOT_INITIALIZED;
  }
  *count = deviceCount();
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  if (!validDevice(ordinal)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  *device = ordinal;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDeviceGetName(char* name, int length, CUdevice device) {
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  std::snprintf(name, static_cast<size_t>(length), "Gatun emulator %d", device);
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDeviceGetUuid(unsigned char* uuid, CUdevice device) {
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  std::memset(uuid, 0, 16);
  uuid[15] = static_cast<unsigned char>(device + 1);
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDeviceGetUuid_v2(unsigned char* uuid, CUdevice device) { return cuDeviceGetUuid(uuid, device); }

GATUN_EXPORT CUresult cuDeviceGetPCIBusId(char* text, int length, CUdevice device) {
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  std::snprintf(text, static_cast<size_t>(length), "0000:%02x:00.0", device + 1);
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDeviceGetAttribute(int* value, int number, CUdevice device) {
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  *value = attribute(number);
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDeviceComputeCapability(int* major, int* minor, CUdevice device) {
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  *major = attribute(75);
  *minor = attribute(76);
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  *bytes = Memory::instance().limit();
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDeviceCanAccessPeer(int* can, CUdevice device, CUdevice peer) {
  if (!validDevice(device) || !validDevice(peer)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  *can = device != peer && setting("GATUN_EMULATOR_PEER", 1) != 0;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDeviceGetP2PAttribute(int* value, int number, CUdevice device, CUdevice peer) {
  return number == 2 ? cuDeviceCanAccessPeer(value, device, peer) : (*value = 0, CUDA_SUCCESS);
}

// ---- what tests ask

GATUN_EXPORT unsigned long long gatun_emulator_launches() { return Queue::instance().counters.launches; }
GATUN_EXPORT unsigned long long gatun_emulator_copies() { return Queue::instance().counters.copies; }
GATUN_EXPORT unsigned long long gatun_emulator_tasks() { return Queue::instance().counters.tasks; }
GATUN_EXPORT unsigned long long gatun_emulator_faults() { return Queue::instance().counters.faults; }
GATUN_EXPORT unsigned long long gatun_emulator_pending() { return Queue::instance().pending(); }
GATUN_EXPORT unsigned long long gatun_emulator_live_bytes(int device) { return Memory::instance().liveBytes(device); }
GATUN_EXPORT unsigned long long gatun_emulator_peak_bytes(int device) { return Memory::instance().peakBytes(device); }
GATUN_EXPORT void gatun_emulator_seed(unsigned long long seed) {
  Call call;
  Queue::instance().seed(seed);
}
