package io.gatun.backend.cuda;

/**
 * A library file that was found.
 *
 * @param path the file, or its bare name where the loader finds it
 * @param major its major version
 */
record FoundLibrary(Library library, String path, int major) {}
