// Which context a thread works in, and what every call of the driver begins with.
#pragma once

#include <mutex>
#include <vector>

#include "queue.h"

namespace gatun {

int deviceCount();

// Whether cuInit has been called.
bool initialised();

Context& primaryContext(CUdevice device);
std::vector<Context*>& contextStack();

inline bool validDevice(CUdevice device) { return device >= 0 && device < deviceCount(); }

// Holds the emulator's lock for the time of a call, and says whether the call may go on.
class Call {
 public:
  Call() : lock_(Queue::instance().mutex) {
    const std::vector<Context*>& stack = contextStack();
    context_ = stack.empty() ? nullptr : stack.back();
  }
  // CUDA_SUCCESS where the thread has a current context.
  CUresult status() const { return context_ == nullptr ? CUDA_ERROR_INVALID_CONTEXT : CUDA_SUCCESS; }
  Context& context() const { return *context_; }
  // The stream of a handle, 0 and 1 being the null stream; null where the handle is none, or the thread has no context.
  Stream* stream(CUstream handle) const {
    if (handle == nullptr || handle == reinterpret_cast<CUstream>(1)) {
      return context_ == nullptr ? nullptr : &context_->nullStream;
    }
    return Queue::instance().known(handle) ? handle : nullptr;
  }
  // Refuses what must not happen while a stream captures, and spoils the capture, as CUDA does.
  CUresult unsafeWhileCapturing() const;
  // The same for waiting for a whole context, which has a capturing stream in it, whatever the mode.
  CUresult contextCapturing() const;
  // The same for work in the null stream, which would have to wait for the capturing stream.
  CUresult implicitlyCapturing() const;

 private:
  std::lock_guard<std::mutex> lock_;
  Context* context_;
};

// A call for a stream.
class StreamCall : public Call {
 public:
  explicit StreamCall(CUstream handle) : stream_(Call::stream(handle)) {}
  // CUDA_SUCCESS where the thread has a current context and the handle is one.
  CUresult status() const {
    CUresult status = Call::status();
    return status != CUDA_SUCCESS || stream_ != nullptr ? status : CUDA_ERROR_INVALID_HANDLE;
  }
  // The same for calls that queue something.
  CUresult queueStatus() const {
    CUresult status = this->status();
    return status != CUDA_SUCCESS || !stream_->isNull ? status : implicitlyCapturing();
  }
  Stream& stream() const { return *stream_; }

 private:
  Stream* stream_;
};

// Captures that have begun and not ended.
std::vector<std::shared_ptr<Capture>>& captures();

// The streams that joined go back to doing what they are told.
void endCapture(const std::shared_ptr<Capture>& capture);

}  // namespace gatun
