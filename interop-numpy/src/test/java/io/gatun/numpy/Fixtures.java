package io.gatun.numpy;

import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** Files for tests: those that NumPy made, and bytes put together here. */
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
    static Path npy(String name) {
        return resource("npy/" + name);
    }

    /** The bytes of a file of version {@code version}.0 with this header, exactly, and {@code data} zero bytes. */
    static byte[] file(int version, String header, int data) {
        Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        byte[] text = header.getBytes(charset);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        for (int i = 0; i < (version == 1 ? 2 : 4); i++) {
            out.write(text.length >> 8 * i);
        }
        out.writeBytes(text);
        out.writeBytes(new byte[data]);
        return out.toByteArray();
    }

    /** Reads bytes as a file called {@code x.npy} would be. */
    static Tensor read(byte[] bytes) throws IOException {
        return ArrayReader.read(input(bytes), Device.cpu());
    }

    /** The header of bytes, as of a file called {@code x.npy}. */
    static NpyHeader header(byte[] bytes) throws IOException {
        return NpyHeader.read(input(bytes));
    }

    private static NpyInput input(byte[] bytes) {
        return new NpyInput(Channels.newChannel(new ByteArrayInputStream(bytes)), "x.npy", bytes.length);
    }

    /** A tensor's elements in row-major order, as NumPy's {@code tobytes()}. */
    static byte[] bytes(Tensor tensor) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ArrayWriter(tensor.contiguous()).write(Channels.newChannel(out));
        byte[] all = out.toByteArray();
        int size = (int) tensor.numel() * tensor.dtype().byteSize();
        return java.util.Arrays.copyOfRange(all, all.length - size, all.length);
    }
}
