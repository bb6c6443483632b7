// A function that the emulated library shows to the program, by a C name; everything else stays inside.
#pragma once

#define GATUN_EXPORT extern "C" __attribute__((visibility("default")))
