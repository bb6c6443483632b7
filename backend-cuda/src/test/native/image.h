// A kernel library as the fake NVRTC hands it out: as a CUBIN it is the shared object itself (a real CUBIN is an ELF file
// too), as PTX the same bytes in hexadecimal after a line that says so (a real PTX is text).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gatun {

constexpr char kPtxHeader[] = "// Gatun emulator: a shared object in hexadecimal\n";

std::string toPtx(const std::string& object);

// The shared object in an image of either kind, whose length is in itself; empty where the image is none.
std::string objectOf(const void* image);

struct Range {
  size_t offset;  // from where the object is loaded
  size_t bytes;
};

// The variables of functions that are neither constant nor initialised: in a kernel those are its __shared__ ones.
std::vector<Range> sharedVariables(const std::string& object);

}  // namespace gatun
