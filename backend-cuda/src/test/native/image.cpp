#include "image.h"

#include <elf.h>

#include <cstring>

namespace gatun {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Section headers come last in a file that the linker wrote, so they say where it ends.
size_t elfBytes(const Elf64_Ehdr& header) { return header.e_shoff + size_t{header.e_shnum} * header.e_shentsize; }

}  // namespace

std::string toPtx(const std::string& object) {
  const char* digits = "0123456789abcdef";
  std::string text = kPtxHeader;
  text.reserve(text.size() + 2 * object.size());
  for (char c : object) {
    auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string objectOf(const void* image) {
  const char* bytes = static_cast<const char*>(image);
  std::string object;
  if (std::memcmp(bytes, ELFMAG, SELFMAG) == 0) {
    object.assign(bytes, elfBytes(*static_cast<const Elf64_Ehdr*>(image)));
  } else if (std::strncmp(bytes, kPtxHeader, sizeof kPtxHeader - 1) == 0) {
    for (const char* at = bytes + sizeof kPtxHeader - 1; digit(at[0]) >= 0 && digit(at[1]) >= 0; at += 2) {
      object += static_cast<char>(digit(at[0]) << 4 | digit(at[1]));
    }
  }
  return object;
}

std::vector<Range> sharedVariables(const std::string& object) {
  std::vector<Range> ranges;
  const char* base = object.data();
  const auto* header = reinterpret_cast<const Elf64_Ehdr*>(base);
  const auto* sections = reinterpret_cast<const Elf64_Shdr*>(base + header->e_shoff);
  for (unsigned s = 0; s < header->e_shnum; s++) {
    if (sections[s].sh_type != SHT_SYMTAB) {
      continue;
    }
    const auto* symbols = reinterpret_cast<const Elf64_Sym*>(base + sections[s].sh_offset);
    const char* names = base + sections[sections[s].sh_link].sh_offset;
    for (size_t i = 0; i < sections[s].sh_size / sizeof(Elf64_Sym); i++) {
      const Elf64_Sym& symbol = symbols[i];
      bool local = std::strncmp(names + symbol.st_name, "_ZZ", 3) == 0;  // a mangled name inside a function's
      if (local && ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT && symbol.st_shndx < header->e_shnum &&
          sections[symbol.st_shndx].sh_type == SHT_NOBITS) {
        ranges.push_back({symbol.st_value, symbol.st_size});
      }
    }
  }
  return ranges;
}

}  // namespace gatun
