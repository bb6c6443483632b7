package io.gatun.safetensors;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.ElementWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** Files for tests: those that the reference implementation wrote, and bytes put together here. */
final class Fixtures {
    private Fixtures() {}

    /** A file of the test resources. */
    static Path resource(String name) {
        URL url = Objects.requireNonNull(Fixtures.class.getClassLoader().getResource(name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    /** A file that make_fixtures.py made. */
    static Path reference(String name) {
        return resource("reference/" + name);
    }

    /** The bytes of a file with this header, exactly, and {@code data} zero bytes. */
    static byte[] file(String header, int data) {
        return file(header.getBytes(StandardCharsets.UTF_8), new byte[data]);
    }

    /** The bytes of a file with this header, exactly, and this data. */
    static byte[] file(byte[] header, byte[] data) {
        return file(header.length, header, data);
    }

    /** The bytes of a file that says its header has {@code length} bytes. */
    static byte[] file(long length, byte[] header, byte[] data) {
        return ByteBuffer.allocate(8 + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .put(data)
                .array();
    }

    /** A tensor's elements in row-major order. */
    static byte[] bytes(Tensor tensor) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ElementWriter.write(
                Channels.newChannel(out),
                tensor.storage(),
                tensor.layout(),
                tensor.dtype().byteSize());
        return out.toByteArray();
    }
}
