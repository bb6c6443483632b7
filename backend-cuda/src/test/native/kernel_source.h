// From CUDA C, preprocessed, to what g++ compiles into a kernel library.
#pragma once

#include <string>

namespace gatun {

// Rewrites the few things in CUDA C that are no C++, and appends a table of the kernels. Lines stay where they are, so
// that g++'s messages name the source's.
std::string toPlainCpp(const std::string& preprocessed);

}  // namespace gatun
