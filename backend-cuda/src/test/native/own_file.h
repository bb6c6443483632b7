// Which file this code was loaded from. One object is linked into libraries for two versions of CUDA, which differ in
// their names only.
#pragma once

#include <string>

namespace gatun {

std::string ownFile();

// 12 for libx.so.12.
int ownMajor();

}  // namespace gatun
