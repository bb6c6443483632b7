#include "queue.h"

#include <algorithm>
#include <cstring>

namespace gatun {
namespace {

// A device takes this many launches before the program has to wait for room.
constexpr size_t kDepth = 4096;

// Buffers of larger copies are given back, not kept for the next operation.
constexpr size_t kKeptBytes = 4096;

}  // namespace

Queue& Queue::instance() {
  static Queue& queue = *new Queue();
  return queue;
}

Queue::Queue() : random_(setting("GATUN_EMULATOR_SEED", 7)), sticky_(setting("GATUN_EMULATOR_STICKY", 0) != 0) {}

Capture::~Capture() {
  for (Node& node : nodes) {
    delete node.op;
  }
}

Op* Queue::newOp(OpKind kind) {
  Op* op = spare_;
  if (op != nullptr) {
    spare_ = op->next;
  } else {
    op = new Op();
  }
  op->kind = kind;
  op->next = nullptr;
  return op;
}

void Queue::recycle(Op* op) {
  op->event.reset();
  op->graph.reset();
  op->from = 0;
  op->data.clear();
  if (op->data.capacity() > kKeptBytes) {
    std::vector<unsigned char>().swap(op->data);
  }
  op->next = spare_;
  spare_ = op;
}

CUresult Queue::enqueue(Stream& stream, Op* op) {
  if (stream.capture != nullptr) {
    Capture& capture = *stream.capture;
    capture.nodes.push_back({op, stream.frontier});
    stream.frontier.assign(1, static_cast<int>(capture.nodes.size()) - 1);
    return CUDA_SUCCESS;
  }
  op->ticket = ++ticket_;
  if (stream.first == nullptr) {
    stream.first = op;
    active_.push_back(&stream);
  } else {
    stream.last->next = op;
  }
  stream.last = op;
  stream.length++;
  pending_++;
  if (pending_ > kDepth) {
    runUntil([this] { return pending_ <= kDepth / 2; });
  }
  return takeError(*stream.context);
}

// The null stream waits for all work issued before in the context's blocking streams, and they for its.
bool Queue::ready(const Stream& stream) const {
  const Op& op = *stream.first;
  if (op.kind == OpKind::Wait && op.event->done < op.generation) {
    return false;
  }
  if (stream.isNull) {
    return std::none_of(active_.begin(), active_.end(), [&](const Stream* other) {
      return other != &stream && other->blocking && other->context == stream.context &&
             other->first->ticket < op.ticket;
    });
  }
  const Stream& null = stream.context->nullStream;
  return !stream.blocking || null.first == nullptr || null.first->ticket > op.ticket;
}

bool Queue::step() {
  size_t count = active_.size();
  if (count == 0) {
    return false;
  }
  // From a random stream on, the first that can go; not quite uniform, which does not matter.
  size_t start = count == 1 ? 0 : random_.below(count);
  for (size_t i = 0; i < count; i++) {
    size_t at = (start + i) % count;
    Stream& stream = *active_[at];
    if (ready(stream)) {
      Op* op = stream.first;
      stream.first = op->next;
      stream.length--;
      pending_--;
      if (stream.first == nullptr) {
        active_[at] = active_.back();
        active_.pop_back();
      }
      CUresult result = execute(*op);
      if (result != CUDA_SUCCESS) {
        counters.faults++;
        if (stream.context->error == CUDA_SUCCESS) {
          stream.context->error = result;
        }
      }
      recycle(op);
      if (stream.destroyed && stream.first == nullptr) {
        delete &stream;
      }
      return true;
    }
  }
  report("deadlock: every stream waits for an event");
  return false;
}

void Queue::drain(const Stream& stream) {
  runUntil([&] { return stream.first == nullptr; });
}

void Queue::drain(const Context& context) {
  runUntil([&] {
    return std::none_of(active_.begin(), active_.end(), [&](Stream* stream) { return stream->context == &context; });
  });
}

void Queue::runSome() {
  for (uint64_t i = 1 + random_.below(4); i > 0 && step(); i--) {
  }
}

CUresult Queue::takeError(Context& context) {
  CUresult error = context.error;
  if (!sticky_) {
    context.error = CUDA_SUCCESS;
  }
  return error;
}

void Queue::destroy(Stream* stream) {
  streams_.erase(stream);
  if (stream->first == nullptr) {
    delete stream;
  } else {
    stream->destroyed = true;
  }
}

void Queue::leaveCapture(const std::shared_ptr<Capture>& capture) {
  for (Stream* stream : streams_) {
    if (stream->capture == capture) {
      stream->capture = nullptr;
      stream->frontier.clear();
    }
  }
}

CUresult Queue::execute(Op& op) {
  const Memory& memory = Memory::instance();
  switch (op.kind) {
    case OpKind::Launch:
      counters.launches++;
      return runGrid(op.launch, op.data.data(), random_);
    case OpKind::Copy: {
      counters.copies++;
      bool inBounds = (!memory.owns(op.to) || memory.inBounds(op.to, op.bytes, "deferred copy to memory")) &&
                      (!memory.owns(op.from) || memory.inBounds(op.from, op.bytes, "deferred copy from memory"));
      if (!inBounds) {
        return CUDA_ERROR_ILLEGAL_ADDRESS;
      }
      const void* from = op.from == 0 ? op.data.data() : reinterpret_cast<const void*>(op.from);
      std::memmove(reinterpret_cast<void*>(op.to), from, op.bytes);
      return CUDA_SUCCESS;
    }
    case OpKind::Fill: {
      if (!memory.inBounds(op.to, op.bytes, "deferred fill")) {
        return CUDA_ERROR_ILLEGAL_ADDRESS;
      }
      void* to = reinterpret_cast<void*>(op.to);
      if (op.width == 1) {
        std::memset(to, static_cast<int>(op.value), op.bytes);
      } else if (op.width == 2) {
        std::fill_n(static_cast<uint16_t*>(to), op.bytes / 2, static_cast<uint16_t>(op.value));
      } else {
        std::fill_n(static_cast<uint32_t*>(to), op.bytes / 4, op.value);
      }
      return CUDA_SUCCESS;
    }
    case OpKind::Record:
      op.event->done = std::max(op.event->done, op.generation);
      op.event->time = std::chrono::steady_clock::now();
      return CUDA_SUCCESS;
    case OpKind::Wait:
      return CUDA_SUCCESS;
    case OpKind::Task:
      counters.tasks++;
      return op.task(op.data.data());
    case OpKind::Graph:
      return replay(*op.graph);
    case OpKind::Free:
      return Memory::instance().release(op.to, false);
  }
  return CUDA_SUCCESS;
}

// The nodes in any order that their dependencies allow.
CUresult Queue::replay(Capture& graph) {
  size_t count = graph.nodes.size();
  std::vector<int> waitsFor(count);
  std::vector<std::vector<int>> before(count);
  std::vector<int> runnable;
  for (size_t i = 0; i < count; i++) {
    waitsFor[i] = static_cast<int>(graph.nodes[i].after.size());
    for (int earlier : graph.nodes[i].after) {
      before[earlier].push_back(static_cast<int>(i));
    }
    if (waitsFor[i] == 0) {
      runnable.push_back(static_cast<int>(i));
    }
  }
  while (!runnable.empty()) {
    size_t at = random_.below(runnable.size());
    int node = runnable[at];
    runnable[at] = runnable.back();
    runnable.pop_back();
    CUresult result = execute(*graph.nodes[node].op);
    if (result != CUDA_SUCCESS) {
      return result;
    }
    for (int later : before[node]) {
      if (--waitsFor[later] == 0) {
        runnable.push_back(later);
      }
    }
  }
  return CUDA_SUCCESS;
}

}  // namespace gatun
