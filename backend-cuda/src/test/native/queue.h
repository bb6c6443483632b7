// Streams and what waits in them. Nothing that a program enqueues runs before the program waits for something; then
// whatever may run next is chosen at random among all streams of all devices, until what is waited for has happened. So a
// program that forgot to order two streams, or to wait before it reads, gets wrong numbers, and soon.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cuda_api.h"
#include "grid.h"
#include "memory.h"
#include "settings.h"

namespace gatun {

struct Event {
  Context* context = nullptr;
  unsigned flags = 0;
  uint64_t issued = 0;  // records enqueued so far
  uint64_t done = 0;    // of which have happened
  std::chrono::steady_clock::time_point time;
  std::shared_ptr<struct Capture> capture;  // the capture it was last recorded in, if it was
  std::vector<int> captured;                // and the nodes that a waiter would depend on
};

// Work other than kernels, copies and fills: a cuBLAS call, a replay of a graph.
using Task = CUresult (*)(const void* data);

enum class OpKind { Launch, Copy, Fill, Record, Wait, Task, Graph, Free };

struct Op {
  OpKind kind;
  uint64_t ticket = 0;  // order of issue over all streams
  Op* next = nullptr;
  Launch launch{};
  CUdeviceptr to = 0;
  CUdeviceptr from = 0;  // 0: the bytes are in `data`
  size_t bytes = 0;
  unsigned value = 0;
  unsigned width = 0;
  std::shared_ptr<Event> event;
  uint64_t generation = 0;
  Task task = nullptr;
  std::shared_ptr<struct Capture> graph;
  std::vector<unsigned char> data;  // parameters of a kernel or task, or bytes to copy
};

// What a stream records instead of doing, between cuStreamBeginCapture and cuStreamEndCapture; afterwards a graph.
struct Capture {
  struct Node {
    Op* op;
    std::vector<int> after;
  };
  std::vector<Node> nodes;
  Stream* origin = nullptr;
  int mode = 0;
  uint64_t thread = 0;
  bool active = true;
  bool invalid = false;
  ~Capture();
};

struct Stream {
  Context* context = nullptr;
  bool isNull = false;
  bool blocking = true;  // ordered with the null stream
  unsigned flags = 0;
  int priority = 0;
  bool destroyed = false;
  Op* first = nullptr;
  Op* last = nullptr;
  size_t length = 0;
  std::shared_ptr<Capture> capture;
  std::vector<int> frontier;  // the captured nodes that the next one depends on
};

struct Context {
  int device = 0;
  bool primary = true;
  int retained = 0;
  Stream nullStream;
  CUresult error = CUDA_SUCCESS;  // of work that ran since the program last looked
  std::unordered_set<int> peers;
  std::unordered_set<Module*> modules;
};

struct Counters {
  unsigned long long launches = 0;  // of kernels, that have run
  unsigned long long copies = 0;
  unsigned long long tasks = 0;
  unsigned long long faults = 0;
};

// The one place that knows all streams. Every call of the driver holds `mutex`.
class Queue {
 public:
  static Queue& instance();

  std::mutex mutex;
  Counters counters;

  // An operation to fill in; from a pool, so that a launch allocates nothing.
  Op* newOp(OpKind kind);
  void recycle(Op* op);

  // Appends to a stream, or to the graph it is capturing. Answers the context's error of earlier work, if there is one.
  CUresult enqueue(Stream& stream, Op* op);

  // Runs operations at random until the condition holds.
  template <class Condition>
  void runUntil(Condition condition) {
    while (!condition() && step()) {
    }
  }
  void drain(const Stream& stream);
  void drain(const Context& context);

  // Runs a few operations, perhaps none that anybody waits for: what passes in the time of a query.
  void runSome();

  // Takes note of the context's error and forgets it, unless it is to stay as on a real device.
  CUresult takeError(Context& context);

  void adopt(Stream* stream) { streams_.insert(stream); }
  bool known(Stream* stream) const { return streams_.count(stream) != 0; }
  void destroy(Stream* stream);
  // Streams that joined a capture leave it.
  void leaveCapture(const std::shared_ptr<Capture>& capture);

  void seed(uint64_t seed) { random_ = Random(seed); }
  size_t pending() const { return pending_; }

 private:
  Queue();
  CUresult execute(Op& op);
  bool step();
  bool ready(const Stream& stream) const;
  CUresult replay(Capture& graph);

  Random random_;
  bool sticky_;
  uint64_t ticket_ = 0;
  size_t pending_ = 0;
  Op* spare_ = nullptr;
  std::vector<Stream*> active_;  // streams in which something waits
  std::unordered_set<Stream*> streams_;
};

}  // namespace gatun
