package io.gatun.backend.cuda;

import java.util.HashSet;
import java.util.Set;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * Copies from one device to another, past the host where the devices can reach each other; where they cannot, the driver finds
 * a way. They are queued on the source's stream, as PyTorch's are: it waits for the target's, since the memory there may be in
 * use, and the target's stream then waits for the copy.
 */
final class PeerCopies {
    private record Pair(int from, int to) {}

    private final Set<Pair> enabled = new HashSet<>();

    /** Memory on one side. */
    record End(DeviceContext device, CudaStorage storage, long offset) {
        long address() {
            return storage.address() + offset;
        }
    }

    /** Queues a copy of {@code bytes} bytes. */
    void copy(End from, End to, long bytes) {
        from.device.refuseCapture("copy from " + from.device.device() + " to " + to.device.device());
        if (bytes == 0) {
            return;
        }
        enable(from.device, to.device);
        enable(to.device, from.device);
        DeviceStream source = from.device.current();
        DeviceStream target = to.device.current();
        from.storage.usedOn(source, null);
        to.storage.writtenOn(target, null);
        source.waitFor(from.storage.writer());
        source.waitFor(target);
        from.device.bind();
        source.check(
                JCudaDriver.cuMemcpyPeerAsync(
                        Address.device(to.address()),
                        to.device.context(),
                        Address.device(from.address()),
                        from.device.context(),
                        bytes,
                        source.handle()),
                "cuMemcpyPeerAsync");
        target.waitFor(source);
    }

    /** Lets {@code device} reach {@code peer}'s memory, if it can. */
    private synchronized void enable(DeviceContext device, DeviceContext peer) {
        if (device.equals(peer) || !enabled.add(new Pair(device.ordinal(), peer.ordinal()))) {
            return;
        }
        int[] can = new int[1];
        Driver.check(JCudaDriver.cuDeviceCanAccessPeer(can, device.handle(), peer.handle()), "cuDeviceCanAccessPeer");
        if (can[0] != 0) {
            device.bind();
            int result = JCudaDriver.cuCtxEnablePeerAccess(peer.context(), 0);
            if (result != CUresult.CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED) {
                Driver.check(result, "cuCtxEnablePeerAccess");
            }
        }
    }
}
