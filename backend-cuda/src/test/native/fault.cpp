#include "fault.h"

#include <signal.h>

#include <cstdio>

#include "memory.h"

namespace gatun {

static thread_local FaultTrap* trap = nullptr;

struct FaultHandler {
  static constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
  static struct sigaction previous[4];

  static void handle(int signal, siginfo_t* info, void* context) {
    if (trap != nullptr) {
      FaultTrap* mine = trap;
      trap = nullptr;
      mine->signal_ = signal;
      mine->address_ = info->si_addr;
      describe(*mine);
      // The kernel's stack is left for good, so the signal is unblocked by hand.
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, signal);
      pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
      siglongjmp(mine->jump, 1);
    }
    for (int i = 0; i < 4; i++) {
      if (kSignals[i] == signal) {
        pass(previous[i], signal, info, context);
      }
    }
  }

  static void pass(const struct sigaction& to, int signal, siginfo_t* info, void* context) {
    if ((to.sa_flags & SA_SIGINFO) != 0) {
      to.sa_sigaction(signal, info, context);
    } else if (to.sa_handler == SIG_DFL || to.sa_handler == SIG_IGN) {
      sigaction(signal, &to, nullptr);  // returning repeats the fault, which now has its default effect
    } else {
      to.sa_handler(signal);
    }
  }

  static void describe(FaultTrap& fault) {
    switch (fault.signal_) {
      case SIGFPE:
        std::snprintf(fault.text_, sizeof fault.text_, "integer division by zero, or of the least number by -1");
        break;
      case SIGILL:
        std::snprintf(fault.text_, sizeof fault.text_,
                      "misaligned access: an address is no multiple of its type's alignment (or __trap)");
        break;
      default: {
        char where[300];
        Memory::instance().describe(reinterpret_cast<CUdeviceptr>(fault.address_), where, sizeof where);
        std::snprintf(fault.text_, sizeof fault.text_, "illegal address %p: %s", fault.address_, where);
      }
    }
  }
};

struct sigaction FaultHandler::previous[4];

void catchFaults() {
  for (int i = 0; i < 4; i++) {
    struct sigaction action = {};
    action.sa_sigaction = FaultHandler::handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(FaultHandler::kSignals[i], &action, &FaultHandler::previous[i]);
  }
}

void FaultTrap::arm() { trap = this; }

void FaultTrap::disarm() { trap = nullptr; }

CUresult FaultTrap::result() const {
  switch (signal_) {
    case SIGFPE: return CUDA_ERROR_LAUNCH_FAILED;
    case SIGILL: return CUDA_ERROR_MISALIGNED_ADDRESS;
    default: return CUDA_ERROR_ILLEGAL_ADDRESS;
  }
}

const char* FaultTrap::what() const { return text_; }

}  // namespace gatun
