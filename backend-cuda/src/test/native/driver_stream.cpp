// Streams and events.
#include <unordered_map>

#include "context.h"

namespace gatun {

namespace {

std::unordered_map<Event*, std::shared_ptr<Event>>& events() {
  static auto& known = *new std::unordered_map<Event*, std::shared_ptr<Event>>();
  return known;
}

std::shared_ptr<Event> find(CUevent handle) {
  auto found = events().find(handle);
  return found == events().end() ? nullptr : found->second;
}

CUresult createStream(CUstream* handle, unsigned flags, int priority) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  if (flags > CU_STREAM_NON_BLOCKING) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  auto* stream = new Stream();
  stream->context = &call.context();
  stream->flags = flags;
  stream->blocking = flags == 0;
  stream->priority = priority;
  Queue::instance().adopt(stream);
  *handle = stream;
  return CUDA_SUCCESS;
}

// An event recorded in a capture orders the captured work only.
CUresult captureRecord(Stream& stream, Event& event) {
  event.capture = stream.capture;
  event.captured = stream.frontier;
  return CUDA_SUCCESS;
}

// A stream that waits for a captured event joins the capture.
CUresult captureWait(Stream& stream, Event& event) {
  if (stream.capture != nullptr && stream.capture != event.capture) {
    stream.capture->invalid = true;
    event.capture->invalid = true;
    return CUDA_ERROR_STREAM_CAPTURE_MERGE;
  }
  stream.capture = event.capture;
  for (int node : event.captured) {
    stream.frontier.push_back(node);
  }
  return CUDA_SUCCESS;
}

bool capturing(const Event& event) { return event.capture != nullptr && event.capture->active; }

// An event that was last recorded in a capture says nothing outside of it, not even afterwards.
CUresult capturedEvent(const Event& event) {
  if (event.capture == nullptr) {
    return CUDA_SUCCESS;
  }
  event.capture->invalid |= event.capture->active;
  return CUDA_ERROR_CAPTURED_EVENT;
}

}  // namespace

}  // namespace gatun

using namespace gatun;

// ---- streams

GATUN_EXPORT CUresult cuStreamCreate(CUstream* handle, unsigned flags) { return createStream(handle, flags, 0); }

GATUN_EXPORT CUresult cuStreamCreateWithPriority(CUstream* handle, unsigned flags, int priority) {
  return createStream(handle, flags, priority);
}

GATUN_EXPORT CUresult cuStreamDestroy_v2(CUstream handle) {
  Call call;
  if (!Queue::instance().known(handle)) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (std::shared_ptr<Capture> capture = handle->capture) {
    capture->invalid = true;
    handle->capture = nullptr;
    if (capture->origin == handle) {
      endCapture(capture);
    }
  }
  Queue::instance().destroy(handle);
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuStreamGetFlags(CUstream handle, unsigned* flags) {
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  *flags = stream->flags;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuStreamGetPriority(CUstream handle, int* priority) {
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  *priority = stream->priority;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuStreamGetCtx(CUstream handle, CUcontext* context) {
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  *context = stream->context;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuStreamSynchronize(CUstream handle) {
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  if (stream->capture != nullptr) {
    stream->capture->invalid = true;
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  Queue::instance().drain(*stream);
  return Queue::instance().takeError(*stream->context);
}

GATUN_EXPORT CUresult cuStreamQuery(CUstream handle) {
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  if (stream->capture != nullptr) {
    stream->capture->invalid = true;
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  Queue::instance().runSome();
  if (CUresult error = Queue::instance().takeError(*stream->context)) {
    return error;
  }
  return stream->first == nullptr ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

GATUN_EXPORT CUresult cuStreamWaitEvent(CUstream handle, CUevent eventHandle, unsigned) {
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  std::shared_ptr<Event> event = find(eventHandle);
  if (event == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (capturing(*event)) {
    return captureWait(*stream, *event);
  }
  if (CUresult refused = capturedEvent(*event)) {
    return refused;
  }
  if (stream->capture != nullptr) {
    // A wait for work outside the capture cannot become part of a graph that runs again and again.
    stream->capture->invalid = true;
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  if (event->done >= event->issued) {
    return CUDA_SUCCESS;
  }
  Op* op = Queue::instance().newOp(OpKind::Wait);
  op->generation = event->issued;
  op->event = std::move(event);
  return Queue::instance().enqueue(*stream, op);
}

// ---- events

GATUN_EXPORT CUresult cuEventCreate(CUevent* handle, unsigned flags) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  auto event = std::make_shared<Event>();
  event->context = &call.context();
  event->flags = flags;
  *handle = event.get();
  events()[event.get()] = event;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuEventDestroy_v2(CUevent handle) {
  Call call;
  return events().erase(handle) != 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

GATUN_EXPORT CUresult cuEventRecord(CUevent handle, CUstream streamHandle) {
  StreamCall call(streamHandle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  std::shared_ptr<Event> event = find(handle);
  if (event == nullptr || event->context != stream->context) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (stream->capture != nullptr) {
    return captureRecord(*stream, *event);
  }
  event->capture = nullptr;
  Op* op = Queue::instance().newOp(OpKind::Record);
  op->generation = ++event->issued;
  op->event = std::move(event);
  return Queue::instance().enqueue(*stream, op);
}

GATUN_EXPORT CUresult cuEventRecordWithFlags(CUevent handle, CUstream stream, unsigned) {
  return cuEventRecord(handle, stream);
}

GATUN_EXPORT CUresult cuEventQuery(CUevent handle) {
  Call call;
  std::shared_ptr<Event> event = find(handle);
  if (event == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (CUresult refused = capturedEvent(*event)) {
    return refused;
  }
  if (CUresult refused = call.unsafeWhileCapturing()) {
    return refused;
  }
  if (event->done < event->issued) {
    Queue::instance().runSome();
  }
  if (CUresult error = Queue::instance().takeError(*event->context)) {
    return error;
  }
  return event->done >= event->issued ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

GATUN_EXPORT CUresult cuEventSynchronize(CUevent handle) {
  Call call;
  std::shared_ptr<Event> event = find(handle);
  if (event == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (CUresult refused = capturedEvent(*event)) {
    return refused;
  }
  uint64_t awaited = event->issued;
  Queue::instance().runUntil([&] { return event->done >= awaited; });
  return Queue::instance().takeError(*event->context);
}

GATUN_EXPORT CUresult cuEventElapsedTime(float* milliseconds, CUevent from, CUevent to) {
  Call call;
  std::shared_ptr<Event> first = find(from);
  std::shared_ptr<Event> second = find(to);
  if (first == nullptr || second == nullptr || first->issued == 0 || second->issued == 0 ||
      ((first->flags | second->flags) & CU_EVENT_DISABLE_TIMING) != 0) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (first->capture != nullptr || second->capture != nullptr) {
    return CUDA_ERROR_CAPTURED_EVENT;
  }
  if (first->done < first->issued || second->done < second->issued) {
    return CUDA_ERROR_NOT_READY;
  }
  *milliseconds = std::chrono::duration<float, std::milli>(second->time - first->time).count();
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuEventElapsedTime_v2(float* milliseconds, CUevent from, CUevent to) {
  return cuEventElapsedTime(milliseconds, from, to);
}
