// Captures, and the graphs that come of them.
#include <algorithm>
#include <functional>
#include <thread>

#include "context.h"

namespace gatun {

std::vector<std::shared_ptr<Capture>>& captures() {
  static auto& list = *new std::vector<std::shared_ptr<Capture>>();
  return list;
}

// cuStreamBeginCapture's modes: 0 forbids unsafe calls to every thread, 1 to the thread that captures, 2 to nobody.
static uint64_t threadNumber() { return std::hash<std::thread::id>()(std::this_thread::get_id()); }

CUresult Call::unsafeWhileCapturing() const {
  for (const auto& capture : captures()) {
    if (capture->mode == 0 || (capture->mode == 1 && capture->thread == threadNumber())) {
      capture->invalid = true;
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    }
  }
  return CUDA_SUCCESS;
}

CUresult Call::contextCapturing() const {
  for (const auto& capture : captures()) {
    if (capture->origin->context == context_) {
      capture->invalid = true;
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    }
  }
  return unsafeWhileCapturing();
}

CUresult Call::implicitlyCapturing() const {
  for (const auto& capture : captures()) {
    if (capture->origin->blocking && capture->origin->context == context_) {
      capture->invalid = true;
      return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
    }
  }
  return CUDA_SUCCESS;
}

void endCapture(const std::shared_ptr<Capture>& capture) {
  capture->active = false;
  Queue::instance().leaveCapture(capture);
  auto& open = captures();
  open.erase(std::remove(open.begin(), open.end(), capture), open.end());
}

struct Graph {
  std::shared_ptr<Capture> captured;
};

struct GraphExec {
  std::shared_ptr<Capture> captured;
};

namespace {

// Every captured node must be one that the origin stream's end depends on.
bool joined(const Capture& capture, const std::vector<int>& frontier) {
  std::vector<bool> reached(capture.nodes.size());
  std::vector<int> open = frontier;
  while (!open.empty()) {
    int node = open.back();
    open.pop_back();
    if (!reached[node]) {
      reached[node] = true;
      open.insert(open.end(), capture.nodes[node].after.begin(), capture.nodes[node].after.end());
    }
  }
  for (bool one : reached) {
    if (!one) {
      return false;
    }
  }
  return true;
}

}  // namespace
}  // namespace gatun

using namespace gatun;

GATUN_EXPORT CUresult cuStreamBeginCapture_v2(CUstream handle, int mode) {
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  if (stream->isNull) {
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  if (stream->capture != nullptr || mode < 0 || mode > 2) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  auto capture = std::make_shared<Capture>();
  capture->origin = stream;
  capture->mode = mode;
  capture->thread = threadNumber();
  stream->capture = capture;
  stream->frontier.clear();
  captures().push_back(capture);
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuStreamEndCapture(CUstream handle, CUgraph* graph) {
  *graph = nullptr;
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  std::shared_ptr<Capture> capture = stream->capture;
  if (capture == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (capture->origin != stream) {
    capture->invalid = true;
    return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
  }
  if (capture->mode != 2 && capture->thread != threadNumber()) {
    return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
  }
  bool whole = joined(*capture, stream->frontier);
  endCapture(capture);
  if (capture->invalid) {
    return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
  }
  if (!whole) {
    return CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
  }
  *graph = new Graph{capture};
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuStreamIsCapturing(CUstream handle, int* state) {
  StreamCall call(handle);
  if (CUresult status = call.status()) {
    return status;
  }
  Stream* stream = &call.stream();
  *state = stream->capture == nullptr ? 0 : stream->capture->invalid ? 2 : 1;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuGraphInstantiateWithFlags(CUgraphExec* exec, CUgraph graph, unsigned long long) {
  Call call;
  if (graph == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  *exec = new GraphExec{graph->captured};
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuGraphInstantiate_v2(CUgraphExec* exec, CUgraph graph, void*, char*, size_t) {
  return cuGraphInstantiateWithFlags(exec, graph, 0);
}

// Counts, or lists: here only the number of nodes is of use.
GATUN_EXPORT CUresult cuGraphGetNodes(CUgraph graph, void** nodes, size_t* count) {
  Call call;
  if (graph == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (nodes != nullptr) {
    return CUDA_ERROR_NOT_SUPPORTED;
  }
  *count = graph->captured->nodes.size();
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuGraphUpload(CUgraphExec exec, CUstream) {
  return exec == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuGraphLaunch(CUgraphExec exec, CUstream handle) {
  StreamCall call(handle);
  if (CUresult status = call.queueStatus()) {
    return status;
  }
  Stream* stream = &call.stream();
  if (exec == nullptr) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  Op* op = Queue::instance().newOp(OpKind::Graph);
  op->graph = exec->captured;
  return Queue::instance().enqueue(*stream, op);
}

GATUN_EXPORT CUresult cuGraphDestroy(CUgraph graph) {
  Call call;
  delete graph;
  return graph == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuGraphExecDestroy(CUgraphExec exec) {
  Call call;
  delete exec;  // a replay still waiting holds what it needs
  return exec == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}
