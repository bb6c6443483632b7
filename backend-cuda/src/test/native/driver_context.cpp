// Contexts: which device a thread works with.
#include "context.h"

namespace gatun {

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

}  // namespace gatun

using namespace gatun;

GATUN_EXPORT CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  Call call;
  if (!initialised()) {
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
  if (!initialised()) {
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
  if (CUresult refused = call.contextCapturing()) {
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
