// Threads are started one after another on one fiber, for as long as none has to wait. One that waits keeps its fiber,
// and another fiber starts the threads that remain; so a kernel without barriers costs a plain loop, and nobody needs to
// know beforehand which kernels have them.
//
// A fiber that must wait goes straight on to the next that can run: first threads that have been released, then those not
// yet started, so that a warp gets on while its stacks are in the cache. When neither is left, control returns to the
// launcher, which finds the block done or deadlocked.
#include "grid.h"

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <numeric>

#include "fault.h"
#include "fiber.h"
#include "memory.h"

namespace gatun {
namespace {

constexpr size_t kStackBytes = 256 * 1024;

struct Worker {
  Fiber fiber;
  Worker* next = nullptr;
  GatunDim thread{};
  unsigned index = 0;
  unsigned mask = 0;
  GatunExchange kind{};
  unsigned long long value = 0;
  unsigned lane = 0;
  unsigned long long result = 0;
};

// Workers in order of arrival.
struct Line {
  Worker* first = nullptr;
  Worker* last = nullptr;
  void add(Worker* worker) {
    worker->next = nullptr;
    (first == nullptr ? first : last->next) = worker;
    last = worker;
  }
  Worker* take() {
    Worker* worker = first;
    first = worker->next;
    return worker;
  }
};

struct Warp {
  Worker* waiting[kWarp] = {};  // by lane: who waits in an exchange
  unsigned arrived = 0;
};

struct Block {
  const Launch* launch = nullptr;
  const void* parameters = nullptr;
  GatunState* state = nullptr;
  Fiber launcher;
  Worker workers[kMaxThreads];
  unsigned made = 0;
  Worker* idle = nullptr;
  Worker* current = nullptr;
  Line ready;
  Line atBarrier;
  unsigned atBarrierCount = 0;
  const char* barrierFile = nullptr;  // where those at the barrier are
  int barrierLine = 0;
  int predicates = 0;
  int releasedPredicates = 0;
  int releasedCount = 0;
  Warp warps[kMaxThreads / kWarp];
  const char* misuse = nullptr;
  char places[400];
};

Block block;  // one launch runs at a time, under the emulator's lock

void workerMain();

Worker* freshWorker() {
  Worker* worker = block.idle;
  if (worker != nullptr) {
    block.idle = worker->next;
  } else {
    worker = &block.workers[block.made];
    worker->fiber.allocate(kStackBytes, block.made);
    block.made++;
  }
  worker->fiber.prepare(workerMain);
  return worker;
}

Fiber& nextFiber() {
  Worker* worker;
  if (block.misuse != nullptr) {
    return block.launcher;
  }
  if (block.ready.first != nullptr) {
    worker = block.ready.take();
    block.state->thread = worker->thread;
  } else if (block.state->cursor < block.state->threads) {
    worker = freshWorker();
  } else {
    return block.launcher;
  }
  block.current = worker;
  return worker->fiber;
}

unsigned threadIndex() {
  const GatunState& state = *block.state;
  return (state.thread.z * state.blockSize.y + state.thread.y) * state.blockSize.x + state.thread.x;
}

void wait(Worker* self) {
  // One word at a time: they were stored so a moment ago, and a wider load would stall on that.
  const volatile GatunDim& thread = block.state->thread;
  self->thread.x = thread.x;
  self->thread.y = thread.y;
  self->thread.z = thread.z;
  block.state->blocked++;
  Fiber::change(self->fiber, nextFiber());
  block.state->blocked--;
}

void workerMain() {
  fiberEntered();
  block.launch->kernel->run(block.parameters);
  Worker* self = block.current;
  self->next = block.idle;
  block.idle = self;
  Fiber::change(self->fiber, nextFiber());
}

// ---- __syncthreads

bool barrierComplete() {
  return block.atBarrierCount > 0 && block.atBarrierCount == block.state->threads - block.state->finished;
}

void releaseBarrier() {
  block.releasedPredicates = block.predicates;
  block.releasedCount = static_cast<int>(block.atBarrierCount);
  block.predicates = 0;
  block.atBarrierCount = 0;
  while (block.atBarrier.first != nullptr) {
    block.ready.add(block.atBarrier.take());
  }
}

int barrier(int predicate, int* arrived, const char* file, int line) {
  Worker* self = block.current;
  if (block.atBarrierCount == 0) {
    block.barrierFile = file;
    block.barrierLine = line;
  } else if (line != block.barrierLine || std::strcmp(file, block.barrierFile) != 0) {
    // A device counts arrivals, so this may pass there, or not: what the threads of a warp do is undefined.
    std::snprintf(block.places, sizeof block.places, "its threads met in different barriers, %s:%d and %s:%d",
                  block.barrierFile, block.barrierLine, file, line);
    block.misuse = block.places;
    wait(self);
  }
  block.predicates += predicate != 0;
  block.atBarrierCount++;
  if (barrierComplete()) {
    releaseBarrier();
  } else {
    block.atBarrier.add(self);
    wait(self);
  }
  // Nobody can complete the next barrier before everyone has left this one, so these are still this one's.
  *arrived = block.releasedCount;
  return block.releasedPredicates;
}

// ---- operations among the lanes of a warp

unsigned lanesOf(unsigned warp) {
  unsigned first = warp * kWarp;
  unsigned count = block.state->threads - first;
  return count >= kWarp ? ~0u : (1u << count) - 1;
}

unsigned long long outcome(const Warp& warp, const Worker& lane, unsigned members) {
  switch (lane.kind) {
    case kGatunShuffle:
      // A lane outside the mask has no value to give: what comes back is undefined, and must look it.
      return (members >> lane.lane & 1) != 0 ? warp.waiting[lane.lane]->value : 0xCBCBCBCBCBCBCBCBu;
    case kGatunBallot:
    case kGatunMatch: {
      unsigned bits = 0;
      for (unsigned i = 0; i < kWarp; i++) {
        if ((members >> i & 1) != 0) {
          unsigned long long other = warp.waiting[i]->value;
          bits |= unsigned{lane.kind == kGatunBallot ? other != 0 : other == lane.value} << i;
        }
      }
      return bits;
    }
    case kGatunSyncWarp:
      break;
  }
  return 0;
}

// Completes the exchange that lanes of `mask` wait for, if the last of them is there. Lanes that have returned, or that
// the block never had, are not waited for. `self`, who goes on by itself, is not queued.
bool completeExchange(unsigned number, unsigned mask, const Worker* self) {
  Warp& warp = block.warps[number];
  unsigned members = mask & lanesOf(number) & ~block.state->exited[number];
  if ((members & ~warp.arrived) != 0) {
    return false;
  }
  GatunExchange kind = warp.waiting[__builtin_ctz(members)]->kind;
  for (unsigned i = 0; i < kWarp; i++) {
    if ((members >> i & 1) != 0) {
      if (warp.waiting[i]->mask != mask) {
        return false;
      }
      if (warp.waiting[i]->kind != kind) {
        block.misuse = "lanes of one warp met in different warp operations";
      }
    }
  }
  for (unsigned i = 0; i < kWarp; i++) {
    if ((members >> i & 1) != 0) {
      warp.waiting[i]->result = outcome(warp, *warp.waiting[i], members);
    }
  }
  for (unsigned i = 0; i < kWarp; i++) {
    if ((members >> i & 1) != 0) {
      if (warp.waiting[i] != self) {
        block.ready.add(warp.waiting[i]);
      }
      warp.waiting[i] = nullptr;
    }
  }
  warp.arrived &= ~members;
  return true;
}

unsigned long long exchange(GatunExchange kind, unsigned mask, unsigned long long value, unsigned lane) {
  Worker* self = block.current;
  unsigned index = threadIndex();
  unsigned number = index / kWarp;
  unsigned bit = 1u << index % kWarp;
  self->kind = kind;
  self->mask = mask;
  self->value = value;
  self->lane = lane;
  if ((mask & bit) == 0) {
    block.misuse = "a lane is not in the mask of the warp operation it calls";
    wait(self);
  }
  block.warps[number].waiting[index % kWarp] = self;
  block.warps[number].arrived |= bit;
  if (!completeExchange(number, mask, self)) {
    wait(self);
  }
  return self->result;
}

// A thread has returned while others wait, perhaps only for it.
void leave(unsigned index) {
  if (barrierComplete()) {
    releaseBarrier();
  }
  unsigned number = index / kWarp;
  unsigned waiting = block.warps[number].arrived;
  while (waiting != 0) {
    Worker* lane = block.warps[number].waiting[__builtin_ctz(waiting)];
    completeExchange(number, lane->mask, nullptr);
    waiting &= ~lane->mask;
  }
}

// ---- a block, a grid

CUresult runBlock() {
  GatunState& state = *block.state;
  state.cursor = 0;
  state.blocked = 0;
  state.finished = 0;
  std::memset(state.exited, 0, sizeof state.exited);
  std::memset(block.launch->module->dynamicShared, kPoison, block.launch->dynamicShared);
  Fiber::change(block.launcher, nextFiber());
  if (block.misuse == nullptr && state.finished == state.threads) {
    return CUDA_SUCCESS;
  }
  report("kernel %s, block (%u, %u, %u): %s", block.launch->kernel->name, state.block.x, state.block.y, state.block.z,
         block.misuse != nullptr ? block.misuse
                                 : "deadlock: its threads wait in different barriers or warp operations");
  return CUDA_ERROR_LAUNCH_FAILED;
}

// After a fault, waiting threads are forgotten where they stand.
void forgetThreads() {
  block.idle = nullptr;
  for (unsigned i = 0; i < block.made; i++) {
    block.workers[i].fiber.forget();
    block.workers[i].next = block.idle;
    block.idle = &block.workers[i];
  }
  block.ready = Line();
  block.atBarrier = Line();
  block.atBarrierCount = 0;
  block.predicates = 0;
  block.misuse = nullptr;
  for (Warp& warp : block.warps) {
    warp = Warp();
  }
}

struct Order {
  unsigned long long start;
  unsigned long long step;
};

// Every block once: in order, backwards, or by a stride that shares no factor with their number.
Order orderOf(unsigned long long blocks, Random& random) {
  unsigned long long step = random.below(blocks);
  switch (random.below(4)) {
    case 0: return {0, 1};
    case 1: return {blocks - 1, blocks - 1};
    default:
      while (std::gcd(step, blocks) != 1) {
        step++;
      }
      return {random.below(blocks), step};
  }
}

CUresult runBlocks(Random& random) {
  GatunState& state = *block.state;
  const GatunDim grid = block.launch->grid;
  const unsigned long long blocks = 1ull * grid.x * grid.y * grid.z;
  const Order order = orderOf(blocks, random);
  unsigned long long at = order.start;
  for (unsigned long long i = 0; i < blocks; i++) {
    state.block = {static_cast<unsigned>(at % grid.x), static_cast<unsigned>(at / grid.x % grid.y),
                   static_cast<unsigned>(at / grid.x / grid.y)};
    CUresult result = runBlock();
    if (result != CUDA_SUCCESS) {
      return result;
    }
    at = (at + order.step) % blocks;
  }
  return CUDA_SUCCESS;
}

}  // namespace

CUresult runGrid(const Launch& launch, const void* parameters, Random& random) {
  GatunState& state = *launch.module->state;
  block.launch = &launch;
  block.parameters = parameters;
  block.state = &state;
  state.thread = {0, 0, 0};
  state.gridSize = launch.grid;
  state.blockSize = launch.block;
  state.threads = launch.block.x * launch.block.y * launch.block.z;
  state.flat = launch.block.y * launch.block.z == 1;
  state.backwards = static_cast<unsigned>(random.below(2));
  state.barrier = barrier;
  state.exchange = exchange;
  state.leave = leave;
  for (size_t i = 0; i < launch.sharedCount; i++) {
    std::memset(reinterpret_cast<void*>(launch.shared[i].offset), kPoison, launch.shared[i].bytes);
  }
  FaultTrap trap;
  CUresult result;
  if (sigsetjmp(trap.jump, 0) == 0) {
    trap.arm();
    result = runBlocks(random);
  } else {
    Fiber::jumped(block.launcher);
    result = trap.result();
    report("kernel %s, block (%u, %u, %u), thread (%u, %u, %u): %s", launch.kernel->name, state.block.x, state.block.y,
           state.block.z, state.thread.x, state.thread.y, state.thread.z, trap.what());
  }
  trap.disarm();
  if (result != CUDA_SUCCESS) {
    forgetThreads();
  }
  return result;
}

}  // namespace gatun
