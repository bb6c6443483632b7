// Allocation, copies and fills.
//
// Which memory a copy touches decides when the program goes on, as on a real device: from pageable host memory the bytes
// are taken at once, into it the call waits; pinned memory is read and written when the copy runs.
#include <cstring>

#include "context.h"

namespace gatun {
namespace {

enum class Wait { No, Yes };

CUresult allocateHost(void** address, size_t bytes) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  if (CUresult refused = call.unsafeWhileCapturing()) {
    return refused;
  }
  CUdeviceptr allocated = 0;
  CUresult result = Memory::instance().allocate(kHost, bytes, &allocated);
  *address = reinterpret_cast<void*>(allocated);
  return result;
}

bool onDevice(CUdeviceptr address) {
  const Allocation* allocation = Memory::instance().find(address);
  return allocation != nullptr && allocation->device != kHost;
}

// Bounds of whatever end of a copy the emulator knows; of the program's own memory it knows nothing.
bool checkedEnd(CUdeviceptr address, size_t bytes, bool mustBeDevice, const char* what) {
  const Memory& memory = Memory::instance();
  return mustBeDevice || memory.owns(address) ? memory.inBounds(address, bytes, what) : address != 0;
}

struct Copy {
  CUdeviceptr to;
  CUdeviceptr from;
  size_t bytes;
  bool toDevice;    // the call says that this end is device memory
  bool fromDevice;
};

CUresult copy(const Copy& c, CUstream handle, Wait wait) {
  StreamCall call(handle);
  if (CUresult status = call.queueStatus()) {
    return status;
  }
  Stream* stream = &call.stream();
  if (wait == Wait::Yes) {
    if (CUresult refused = call.unsafeWhileCapturing()) {
      return refused;
    }
  }
  if (c.bytes == 0) {
    return CUDA_SUCCESS;
  }
  if (!checkedEnd(c.to, c.bytes, c.toDevice, "copy to memory") ||
      !checkedEnd(c.from, c.bytes, c.fromDevice, "copy from memory")) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  Queue& queue = Queue::instance();
  const Memory& memory = Memory::instance();
  Op* op = queue.newOp(OpKind::Copy);
  op->to = c.to;
  op->from = c.from;
  op->bytes = c.bytes;
  bool capturing = stream->capture != nullptr;
  bool takeNow = !capturing && !onDevice(c.from) && !memory.pinned(reinterpret_cast<void*>(c.from), c.bytes);
  if (takeNow) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(c.from);
    op->data.assign(bytes, bytes + c.bytes);
    op->from = 0;
  }
  bool toPageable = !onDevice(c.to) && !memory.pinned(reinterpret_cast<void*>(c.to), c.bytes);
  CUresult result = queue.enqueue(*stream, op);
  if (capturing || result != CUDA_SUCCESS || (wait == Wait::No && !toPageable)) {
    return result;
  }
  queue.drain(*stream);
  return queue.takeError(*stream->context);
}

// Each end must be memory of the device whose context is named.
CUresult copyPeer(const Copy& c, CUcontext toContext, CUcontext fromContext, CUstream handle) {
  {
    Call call;
    const Allocation* to = Memory::instance().find(c.to);
    const Allocation* from = Memory::instance().find(c.from);
    if (toContext == nullptr || fromContext == nullptr || to == nullptr || from == nullptr ||
        to->device != toContext->device || from->device != fromContext->device) {
      report("copy between devices: an end is no memory of the device that was named for it");
      return CUDA_ERROR_INVALID_VALUE;
    }
  }
  return copy(c, handle, Wait::No);
}

CUresult fill(CUdeviceptr to, unsigned value, unsigned width, size_t count, CUstream handle) {
  StreamCall call(handle);
  if (CUresult status = call.queueStatus()) {
    return status;
  }
  Stream* stream = &call.stream();
  if (count == 0) {
    return CUDA_SUCCESS;
  }
  if (to % width != 0) {
    report("fill with elements of %u bytes at 0x%llx, which is no multiple", width, to);
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (!Memory::instance().inBounds(to, count * width, "fill")) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  Queue& queue = Queue::instance();
  Op* op = queue.newOp(OpKind::Fill);
  op->to = to;
  op->bytes = count * width;
  op->value = value;
  op->width = width;
  return queue.enqueue(*stream, op);
}

CUdeviceptr at(const void* host) { return reinterpret_cast<CUdeviceptr>(host); }

}  // namespace
}  // namespace gatun

using namespace gatun;

GATUN_EXPORT CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  *total = Memory::instance().limit();
  *free = *total - Memory::instance().liveBytes(call.context().device);
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  if (CUresult refused = call.unsafeWhileCapturing()) {
    return refused;
  }
  return Memory::instance().allocate(call.context().device, bytes, address);
}

GATUN_EXPORT CUresult cuMemFree_v2(CUdeviceptr address) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  if (address == 0) {
    return CUDA_SUCCESS;
  }
  if (CUresult refused = call.unsafeWhileCapturing()) {
    return refused;
  }
  // A real driver waits too, for all that the device still has to do.
  const Allocation* allocation = Memory::instance().find(address);
  if (allocation != nullptr && allocation->device != kHost) {
    Queue::instance().drain(primaryContext(allocation->device));
    Queue::instance().drain(call.context());
  }
  return Memory::instance().release(address, false);
}

GATUN_EXPORT CUresult cuMemAllocAsync(CUdeviceptr* address, size_t bytes, CUstream handle) {
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  return stream->capture != nullptr ? CUDA_ERROR_NOT_SUPPORTED
                                    : Memory::instance().allocate(stream->context->device, bytes, address);
}

GATUN_EXPORT CUresult cuMemFreeAsync(CUdeviceptr address, CUstream handle) {
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  if (!Memory::instance().inBounds(address, 1, "free")) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  Op* op = Queue::instance().newOp(OpKind::Free);
  op->to = address;
  return Queue::instance().enqueue(*stream, op);
}

GATUN_EXPORT CUresult cuMemAllocHost_v2(void** address, size_t bytes) { return allocateHost(address, bytes); }

GATUN_EXPORT CUresult cuMemHostAlloc(void** address, size_t bytes, unsigned) { return allocateHost(address, bytes); }

GATUN_EXPORT CUresult cuMemFreeHost(void* address) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  if (CUresult refused = call.unsafeWhileCapturing()) {
    return refused;
  }
  Queue::instance().drain(call.context());
  return Memory::instance().release(at(address), true);
}

GATUN_EXPORT CUresult cuMemHostRegister_v2(void* address, size_t bytes, unsigned) {
  Call call;
  return Memory::instance().registerHost(address, bytes);
}

GATUN_EXPORT CUresult cuMemHostUnregister(void* address) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  Queue::instance().drain(call.context());
  return Memory::instance().unregisterHost(address);
}

GATUN_EXPORT CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr* address, void* host, unsigned) {
  Call call;
  *address = at(host);
  return Memory::instance().pinned(host, 1) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

GATUN_EXPORT CUresult cuMemGetAddressRange_v2(CUdeviceptr* base, size_t* bytes, CUdeviceptr address) {
  Call call;
  const Allocation* allocation = Memory::instance().find(address);
  if (allocation == nullptr) {
    return CUDA_ERROR_NOT_FOUND;
  }
  if (base != nullptr) {
    *base = allocation->address;
  }
  if (bytes != nullptr) {
    *bytes = allocation->bytes;
  }
  return CUDA_SUCCESS;
}

// CUpointer_attribute's numbers: 2 is whether host or device memory, 9 the ordinal of the device.
GATUN_EXPORT CUresult cuPointerGetAttribute(void* value, int number, CUdeviceptr address) {
  Call call;
  const Allocation* allocation = Memory::instance().find(address);
  if (allocation == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  switch (number) {
    case 2:
      *static_cast<unsigned*>(value) = allocation->device == kHost ? 1 : 2;
      return CUDA_SUCCESS;
    case 9:
      *static_cast<int*>(value) = allocation->device;
      return CUDA_SUCCESS;
    default:
      return CUDA_ERROR_NOT_SUPPORTED;
  }
}

// ---- copies. Those with no stream in their name run in the null stream; between devices they do not wait for the end.

GATUN_EXPORT CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
  return copy({to, at(from), bytes, true, false}, nullptr, Wait::Yes);
}

GATUN_EXPORT CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
  return copy({at(to), from, bytes, false, true}, nullptr, Wait::Yes);
}

GATUN_EXPORT CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  return copy({to, from, bytes, true, true}, nullptr, Wait::No);
}

GATUN_EXPORT CUresult cuMemcpy(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
  return copy({to, from, bytes, false, false}, nullptr, Wait::Yes);
}

GATUN_EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
  return copy({to, at(from), bytes, true, false}, stream, Wait::No);
}

GATUN_EXPORT CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return copy({at(to), from, bytes, false, true}, stream, Wait::No);
}

GATUN_EXPORT CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return copy({to, from, bytes, true, true}, stream, Wait::No);
}

GATUN_EXPORT CUresult cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return copy({to, from, bytes, false, false}, stream, Wait::No);
}

GATUN_EXPORT CUresult cuMemcpyPeer(CUdeviceptr to, CUcontext toContext, CUdeviceptr from, CUcontext fromContext,
                                   size_t bytes) {
  return copyPeer({to, from, bytes, true, true}, toContext, fromContext, nullptr);
}

GATUN_EXPORT CUresult cuMemcpyPeerAsync(CUdeviceptr to, CUcontext toContext, CUdeviceptr from, CUcontext fromContext,
                                        size_t bytes, CUstream stream) {
  return copyPeer({to, from, bytes, true, true}, toContext, fromContext, stream);
}

// ---- fills

GATUN_EXPORT CUresult cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t count) {
  return fill(to, value, 1, count, nullptr);
}

GATUN_EXPORT CUresult cuMemsetD16_v2(CUdeviceptr to, unsigned short value, size_t count) {
  return fill(to, value, 2, count, nullptr);
}

GATUN_EXPORT CUresult cuMemsetD32_v2(CUdeviceptr to, unsigned value, size_t count) {
  return fill(to, value, 4, count, nullptr);
}

GATUN_EXPORT CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, CUstream stream) {
  return fill(to, value, 1, count, stream);
}

GATUN_EXPORT CUresult cuMemsetD16Async(CUdeviceptr to, unsigned short value, size_t count, CUstream stream) {
  return fill(to, value, 2, count, stream);
}

GATUN_EXPORT CUresult cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count, CUstream stream) {
  return fill(to, value, 4, count, stream);
}
