// A second stack to run on, and the switch from one to another. A thread of a CUDA block runs on one as soon as it has
// to wait: a block's threads must all reach a barrier before any goes on, so each needs a stack of its own until then.
#pragma once

#include <cstddef>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace gatun {

class Fiber {
 public:
  // The stack of whoever called; needs no memory of its own.
  Fiber() = default;
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Makes a stack of its own, of which `colour` shifts the start: equal offsets in every stack would share the same few
  // sets of the first-level cache.
  void allocate(size_t bytes, unsigned colour);

  // The next switch to this fiber calls `entry`, which must never return.
  void prepare(void (*entry)());

  // Leaves `from`, to be continued by a later switch to it, and continues `to`.
  static void change(Fiber& from, Fiber& to);

  // To be called after a jump to `to` from a fiber that will not be continued where it stands.
  static void jumped(Fiber& to);

  // Has what is on the stack forgotten: it will be entered anew.
  void forget();

 private:
  char* stack_ = nullptr;
  size_t bytes_ = 0;
  char* top_ = nullptr;
#if defined(__x86_64__)
  void* pointer_ = nullptr;
#else
  ucontext_t context_;
#endif
#if defined(__SANITIZE_ADDRESS__)
  void* fake_ = nullptr;
  const void* bottom_ = nullptr;
  size_t size_ = 0;
  static void finishChange();
  friend void fiberEntered();
#endif
};

// To be called first by every `entry`.
void fiberEntered();

}  // namespace gatun
