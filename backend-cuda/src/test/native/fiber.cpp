#include "fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if defined(__x86_64__)
// Saves what the System V ABI lets a callee rely on, and nothing else: ucontext's switch also saves the signal mask, by
// a system call, and is five to ten times slower for it.
asm(R"(
.text
.type gatunChangeStack, @function
gatunChangeStack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size gatunChangeStack, .-gatunChangeStack
)");
extern "C" void gatunChangeStack(void** save, void* load);
#endif

namespace gatun {

constexpr size_t kPage = 4096;

void Fiber::allocate(size_t bytes, unsigned colour) {
  bytes_ = bytes;
  void* memory = mmap(nullptr, kPage + bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::fprintf(stderr, "gatun emulator: no memory for a stack of %zu bytes\n", bytes);
    std::abort();
  }
  mprotect(memory, kPage, PROT_NONE);
  stack_ = static_cast<char*>(memory) + kPage;
  top_ = stack_ + bytes - (colour * 320) % 8192 / 64 * 64;
}

void Fiber::prepare(void (*entry)()) {
#if defined(__x86_64__)
  // As the switch leaves it: six registers, then where to go. Entered by `ret`, a function finds the stack pointer 8
  // below a multiple of 16, as after a call.
  void** top = reinterpret_cast<void**>(top_);
  *--top = nullptr;
  *--top = reinterpret_cast<void*>(entry);
  for (int i = 0; i < 6; i++) {
    *--top = nullptr;
  }
  pointer_ = top;
#else
  getcontext(&context_);
  context_.uc_stack.ss_sp = stack_;
  context_.uc_stack.ss_size = static_cast<size_t>(top_ - stack_);
  context_.uc_link = nullptr;
  makecontext(&context_, entry, 0);
#endif
#if defined(__SANITIZE_ADDRESS__)
  fake_ = nullptr;
  bottom_ = stack_;
  size_ = bytes_;
#endif
}

#if defined(__SANITIZE_ADDRESS__)
static thread_local Fiber* left = nullptr;
static thread_local Fiber* entered = nullptr;

void Fiber::finishChange() {
  const void* bottom = nullptr;
  size_t size = 0;
  __sanitizer_finish_switch_fiber(entered->fake_, &bottom, &size);
  left->bottom_ = bottom;
  left->size_ = size;
}
#endif

void fiberEntered() {
#if defined(__SANITIZE_ADDRESS__)
  Fiber::finishChange();
#endif
}

void Fiber::change(Fiber& from, Fiber& to) {
#if defined(__SANITIZE_ADDRESS__)
  left = &from;
  entered = &to;
  __sanitizer_start_switch_fiber(&from.fake_, to.bottom_, to.size_);
#endif
#if defined(__x86_64__)
  gatunChangeStack(&from.pointer_, to.pointer_);
#else
  swapcontext(&from.context_, &to.context_);
#endif
#if defined(__SANITIZE_ADDRESS__)
  finishChange();
#endif
}

void Fiber::jumped([[maybe_unused]] Fiber& to) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(nullptr, to.bottom_, to.size_);
  __sanitizer_finish_switch_fiber(to.fake_, nullptr, nullptr);
#endif
}

void Fiber::forget() {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(stack_, bytes_);  // functions that never returned left marks around their variables
#endif
}

}  // namespace gatun
