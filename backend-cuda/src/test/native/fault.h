// Turns a processor's fault inside a kernel into a result of the driver, where it would end the whole Java VM: a read
// outside every allocation, a misaligned vector access, an integer division by zero.
#pragma once

#include <csetjmp>

#include "cuda_api.h"

namespace gatun {

// Installs the handler; faults that do not come from a kernel go on to whoever handled them before (the Java VM makes use
// of its own).
void catchFaults();

// Between arm and disarm a fault on this thread jumps to `jump`, which the caller has set.
class FaultTrap {
 public:
  sigjmp_buf jump;
  void arm();
  void disarm();
  CUresult result() const;
  const char* what() const;

 private:
  char text_[400];
  friend struct FaultHandler;
  int signal_ = 0;
  const void* address_ = nullptr;
};

}  // namespace gatun
