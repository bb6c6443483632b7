// Devices, and contexts: the calls a program makes before it does anything.
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

Context& primaryContext(CUdevice device) {
  static Context* contexts = [] {
    auto* made = new Context[16];
    for (int i = 0; i < 16; i++) {
      made[i].device = i;
      made[i].nullStream.isNull = true;
      made[i].nullStream.context = &made[i];
    }
    return made;
  }();
  return contexts[device];
}

std::vector<Context*>& contextStack() {
  static thread_local std::vector<Context*> stack;
  return stack;
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

bool initialised = false;

}  // namespace
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
  if (!initialised) {
    initialised = true;
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
  if (!initialised) {
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

// ---- contexts

GATUN_EXPORT CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  Call call;
  if (!initialised) {
    return CUDA_ERROR_NOT_INITIALIZED;
  }
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  *context = &primaryContext(device);
  (*context)->retained++;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  Call call;
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  Context& context = primaryContext(device);
  if (context.retained == 0) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  // Memory, streams and modules stay: a program that goes on using them would have failed, one that retains again not.
  if (--context.retained == 0) {
    Queue::instance().drain(context);
  }
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDevicePrimaryCtxReset_v2(CUdevice device) {
  Call call;
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  Queue::instance().drain(primaryContext(device));
  primaryContext(device).error = CUDA_SUCCESS;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice device, unsigned) {
  return validDevice(device) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

GATUN_EXPORT CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned* flags, int* active) {
  Call call;
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  *flags = 0;
  *active = primaryContext(device).retained > 0;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuCtxCreate_v2(CUcontext* context, unsigned, CUdevice device) {
  Call call;
  if (!initialised) {
    return CUDA_ERROR_NOT_INITIALIZED;
  }
  if (!validDevice(device)) {
    return CUDA_ERROR_INVALID_DEVICE;
  }
  auto* made = new Context();
  made->device = device;
  made->primary = false;
  made->nullStream.isNull = true;
  made->nullStream.context = made;
  contextStack().push_back(made);
  *context = made;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuCtxDestroy_v2(CUcontext context) {
  Call call;
  if (context == nullptr || context->primary) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  Queue::instance().drain(*context);
  std::vector<Context*>& stack = contextStack();
  if (!stack.empty() && stack.back() == context) {
    stack.pop_back();
  }
  return CUDA_SUCCESS;  // not deleted: other threads' stacks may hold it
}

GATUN_EXPORT CUresult cuCtxSetCurrent(CUcontext context) {
  std::vector<Context*>& stack = contextStack();
  if (!stack.empty()) {
    stack.pop_back();
  }
  if (context != nullptr) {
    stack.push_back(context);
  }
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuCtxGetCurrent(CUcontext* context) {
  const std::vector<Context*>& stack = contextStack();
  *context = stack.empty() ? nullptr : stack.back();
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuCtxPushCurrent_v2(CUcontext context) {
  if (context == nullptr) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  contextStack().push_back(context);
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuCtxPopCurrent_v2(CUcontext* context) {
  std::vector<Context*>& stack = contextStack();
  if (stack.empty()) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  if (context != nullptr) {
    *context = stack.back();
  }
  stack.pop_back();
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuCtxGetDevice(CUdevice* device) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  *device = call.context().device;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuCtxGetFlags(unsigned* flags) {
  *flags = 0;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuCtxGetApiVersion(CUcontext, unsigned* version) {
  *version = 3020;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuCtxSynchronize() {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  if (CUresult refused = call.unsafeWhileCapturing()) {
    return refused;
  }
  Queue::instance().drain(call.context());
  return Queue::instance().takeError(call.context());
}

GATUN_EXPORT CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  if (least != nullptr) {
    *least = 0;
  }
  if (greatest != nullptr) {
    *greatest = -5;
  }
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuCtxEnablePeerAccess(CUcontext peer, unsigned flags) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  if (peer == nullptr || flags != 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (peer->device == call.context().device || setting("GATUN_EMULATOR_PEER", 1) == 0) {
    return CUDA_ERROR_PEER_ACCESS_UNSUPPORTED;
  }
  return call.context().peers.insert(peer->device).second ? CUDA_SUCCESS : CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED;
}

GATUN_EXPORT CUresult cuCtxDisablePeerAccess(CUcontext peer) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  return peer != nullptr && call.context().peers.erase(peer->device) != 0 ? CUDA_SUCCESS
                                                                         : CUDA_ERROR_PEER_ACCESS_NOT_ENABLED;
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
