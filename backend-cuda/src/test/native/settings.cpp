#include "settings.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "cuda_api.h"

namespace gatun {

unsigned long long setting(const char* name, unsigned long long otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') {
    return otherwise;
  }
  char* end = nullptr;
  unsigned long long value = std::strtoull(text, &end, 10);
  switch (*end) {
    case 'k': case 'K': return value << 10;
    case 'm': case 'M': return value << 20;
    case 'g': case 'G': return value << 30;
    default: return value;
  }
}

namespace {
char lastReport[1024] = "";
unsigned long long reportCount = 0;
}  // namespace

// Called from a signal handler too, on a fault inside a kernel: nothing here allocates.
void report(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(lastReport, sizeof lastReport, format, arguments);
  va_end(arguments);
  std::fprintf(stderr, "gatun emulator: %s\n", lastReport);
  reportCount++;
}

unsigned long long reports() { return reportCount; }

}  // namespace gatun

GATUN_EXPORT const char* gatun_emulator_last_report() { return gatun::lastReport; }
GATUN_EXPORT unsigned long long gatun_emulator_reports() { return gatun::reports(); }
